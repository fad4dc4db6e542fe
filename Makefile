# AirflowNet. `make demo` is the whole pipeline on a laptop; `make help` lists the rest.
# Needs Python 3.11 to 3.14, a C++ compiler, git and make. Everything else installs itself:
# Airflow's environment into .venv, the training environment and llama.cpp into the user's cache.

PYTHON ?= python3
RECIPE ?= laptop
PORT ?= 8080
ORACLES ?= 3.3 2.9
TESTS_AT_ONCE ?= logical
EVAL ?= ../shared/eval

.DEFAULT_GOAL := help
# Without compiled modules every start of Airflow compiles them all again.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup demo test test-fast test-cluster check standalone doctor report env lock oracle judge-agreement clean \
  cluster cluster-down cluster-status cluster-env env-file audit

AIRFLOWNET_HOME := $(CURDIR)
# config/airflow.env, each line as an assignment; AIRFLOWNET_* may be set by the user.
AIRFLOW_LINES := $(shell sed -n 's/^\(AIRFLOWNET_[A-Z_]*\)=/\1?=/p; /^AIRFLOWNET_/!s/^\([A-Z_]*\)=/\1:=/p' config/airflow.env)
$(foreach line,$(AIRFLOW_LINES),$(eval $(line)))
AIRFLOW_NAMES := $(shell sed -n 's/^\([A-Z_]*\)=.*/\1/p' config/airflow.env)
AIRFLOW_ENV := $(foreach name,$(AIRFLOW_NAMES),$(name)='$($(name))')
BIN := .venv/bin
PYTEST = $(BIN)/python -m pytest -n $(TESTS_AT_ONCE) --dist loadfile --no-loadscope-reorder
IN_AIRFLOW = env $(AIRFLOW_ENV) PATH="$(CURDIR)/$(BIN):$$PATH"
REPORT := $(AIRFLOWNET_ARTIFACTS)/$(RECIPE)/evaluation/report.html

# An environment knows its own path: after the folder was moved it is made again.
ifneq ($(shell cat .venv/location 2>/dev/null),$(CURDIR))
$(shell rm -f .venv/ready .venv/ready-dev)
endif

# The first Python that is recent enough: $(PYTHON), else a versioned name.
FIND_PYTHON = for python in "$(PYTHON)" python3.13 python3.12 python3.11 python3.14; do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1; \
	  then found="$$python"; break; fi; done; \
	if [ -z "$$found" ]; then \
	  echo "Error: no Python 3.11 to 3.14 found ('$(PYTHON)' is: $$("$(PYTHON)" --version 2>&1 || true))" >&2; \
	  echo "  Remedy: install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3.11" >&2; exit 2; fi

help:  ## List the targets
	@echo "Usage: make TARGET [RECIPE=laptop] [PORT=8080] [PYTHON=python3]"; echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  %-18s %s\n", $$1, $$2}'

setup: .venv/ready  ## Install both environments and llama.cpp (once; a second run takes seconds)
	@$(BIN)/airflownet setup

demo: setup .airflow/ready  ## Mine, train, serve, judge and report, with no keys and no GPU
	@$(IN_AIRFLOW) $(BIN)/python -m airflownet.toolchain.pipeline_run --recipe '$(RECIPE)'
	@$(BIN)/airflownet report '$(AIRFLOWNET_ARTIFACTS)/$(RECIPE)'

test: .venv/ready-dev  ## Run the checks and every test
	@$(BIN)/airflownet setup
	@$(MAKE) --no-print-directory check; checks=$$?; \
	PYTHONPATH="$(PYTHONPATH)" $(PYTEST); tests=$$?; \
	if [ $$checks -ne 0 ]; then echo "make check failed; see above" >&2; fi; \
	exit $$((checks > tests ? checks : tests))

test-fast: .venv/ready-dev  ## Run the tests that need no server, no training and no Airflow (two minutes)
	@PYTHONPATH="$(PYTHONPATH)" $(PYTEST) -m 'not llama and not training and not airflow and not network and not cluster'

test-cluster: .venv/ready-dev  ## Run the stage DAGs on a whole cluster of its own, from one trigger to the report
	@$(BIN)/airflownet setup
	@PYTHONPATH="$(PYTHONPATH)" $(BIN)/python -m pytest -m cluster tests/cluster

check: .venv/ready-dev  ## Lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

standalone: setup  ## Start Airflow's web UI with the pipeline (PORT=8080; LOGIN=1 asks for a password)
	@$(IN_AIRFLOW) $(BIN)/python -m airflownet.toolchain.standalone --port $(PORT) $(if $(filter-out 0,$(LOGIN)),--login)

doctor:  ## Tell what is present and what is missing, with remedies
	@if [ -x $(BIN)/airflownet ]; then $(IN_AIRFLOW) $(BIN)/airflownet doctor; \
	else $(FIND_PYTHON); PYTHONPATH=include "$$found" -m airflownet.toolchain.doctor.before_setup; fi

CLUSTER = PYTHONPATH=include:. $(BIN)/python -m cluster

cluster: setup  ## Start a whole cluster here: PostgreSQL, Redis, S3, Celery workers (PORT=; S3_ENDPOINT=; LLAMA_MODEL=)
	@$(CLUSTER) up $(if $(filter command line,$(origin PORT)),--port '$(PORT)') $(if $(S3_ENDPOINT),--s3-endpoint '$(S3_ENDPOINT)') \
	  $(if $(LLAMA_MODEL),--llama-model '$(LLAMA_MODEL)') $(if $(LLAMA_ADAPTER),--llama-adapter '$(LLAMA_ADAPTER)')

cluster-down:  ## End what `make cluster` started, and remove its data
	@$(CLUSTER) down

cluster-status:  ## Tell which parts of the cluster run
	@$(CLUSTER) status

cluster-env:  ## Print the cluster's settings for a shell: eval "$(make --silent cluster-env)"
	@$(CLUSTER) environment

env-file: .venv/ready  ## Write .env with secrets of your own for docker compose (an existing one stays)
	@PYTHONPATH=include:. $(BIN)/python -m cluster.env_file

report:  ## Print where the report is and open it in the browser
	@$(FIND_PYTHON); PYTHONPATH=include "$$found" -m airflownet.toolchain.open_report "$(REPORT)"

env:  ## Print Airflow's settings for a shell: eval "$(make --silent env)"
	@printf '%s\n' $(foreach name,$(AIRFLOW_NAMES),"export $(name)='$($(name))'") 'export PATH="$(CURDIR)/$(BIN):$$PATH"'

# requirements-train.txt is what pip really installed, not what a resolver says: on Linux a resolver follows
# torch's metadata to several GB of nvidia, cuda and triton packages. Without the "+cpu" of a local wheel.
lock: .venv/ready  ## Resolve the six requirements*.in files again, to the newest versions
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --no-header requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --no-header requirements-cluster.in -o requirements-cluster.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --no-header requirements-s3-server.in -o requirements-s3-server.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --no-header --no-annotate requirements-train-unsloth.in -o requirements-train-unsloth.txt
	rm -rf build/train-lock && $(BIN)/python -m venv build/train-lock
	build/train-lock/bin/python -m pip install --quiet -r requirements-train.in
	{ sed -n '/^#/p;/^[^#]/q' requirements-train.txt; build/train-lock/bin/python -m pip freeze --all \
	  | grep -v -i -E '^(pip|wheel)==|^(nvidia|cuda|triton|pytorch-triton)' | sed 's/^\(torch==[^+]*\)+.*/\1/' \
	  | sort -f; } > build/requirements-train.txt
	mv build/requirements-train.txt requirements-train.txt && rm -rf build/train-lock

audit: .venv/ready  ## Ask for known vulnerabilities of everything in the locks (the network; a minute)
	@$(BIN)/python -m airflownet.toolchain.audit

oracle: .venv/ready  ## Build real Airflows to ask, into the cache (ORACLES="3.3 2.9"; ONLY=http,slack for less)
	@set -e; for line in $(ORACLES); do \
	  $(BIN)/python -m airflownet.judge.sandbox.oracle $$line $(if $(ONLY),--only '$(ONLY)'); done

# Each full environment that `make oracle` has built is asked; labelled files are taken where there are some.
judge-agreement: .venv/ready  ## Compare the judge with real Airflow (EVAL=labelled files, CASES=docs/judge-cases, or PROJECT=folder)
ifdef PROJECT
	@$(BIN)/python benchmarks/judge/project_agreement.py '$(PROJECT)' $(DAGS)
else ifdef CASES
	@$(BIN)/python benchmarks/judge/ask_cases.py '$(CASES)' $(foreach line,$(ORACLES),--cached-oracle $(line))
else
	@$(BIN)/python benchmarks/judge/agreement.py --eval '$(EVAL)' $(foreach line,$(ORACLES),--cached-oracle $(line)) \
	  --examples '$(AIRFLOWNET_ARTIFACTS)/laptop/mining/dag_files.parquet'
endif

clean:  ## Remove .venv, Airflow's database and caches; artifacts and the user's cache stay
	rm -rf .venv .airflow build dist .mypy_cache .pytest_cache .ruff_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: requirements.txt pyproject.toml
	@$(FIND_PYTHON); PYTHONPATH=include "$$found" -m airflownet.toolchain.airflow_environment

.venv/ready-dev: requirements.txt requirements-dev.txt pyproject.toml
	@$(FIND_PYTHON); PYTHONPATH=include "$$found" -m airflownet.toolchain.airflow_environment --dev

.airflow/ready: .venv/ready config/pools.json
	@mkdir -p .airflow && echo "Preparing Airflow's database ..."
	@$(IN_AIRFLOW) AIRFLOW__LOGGING__LOGGING_LEVEL=WARNING sh -c '$(BIN)/airflow db migrate && $(BIN)/airflow pools import config/pools.json' \
	  > .airflow/migrate.log 2>&1 || { cat .airflow/migrate.log >&2; exit 2; }
	@touch $@
