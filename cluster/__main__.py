"""``python -m cluster up | down | status | kill NAME | environment``; make calls it."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

from airflownet.errors import AirflowNetError, InputError, SetupError
from cluster import keeper, processes, running
from cluster.plan import CLONE, Plan, make_plan

FOLDER = Path(os.environ.get("AIRFLOWNET_CLUSTER_DIR") or CLONE / ".cluster").resolve()


def main() -> int:
    """Runs one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cluster", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything")
    up.add_argument("--port", type=int, help="of the web interface (8080, else a free one)")
    up.add_argument("--s3-endpoint", default="", help="URL of an S3 server that runs already")
    up.add_argument("--llama-model", default="", help="GGUF file for a llama-server of the cluster's own")
    up.add_argument("--llama-adapter", default="", help="GGUF file of a LoRA adapter for it")
    up.add_argument("--recipes", default="", help="folder of recipes")
    up.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        type=_setting,
        metavar="NAME=VALUE",
        help="environment variable for every component, AIRFLOW__CORE__PARALLELISM=64; may be repeated",
    )
    commands.add_parser("down", help="end what was started, remove its data, keep its logs")
    commands.add_parser("status", help="tell what runs")
    commands.add_parser("environment", help="print the settings for a shell")
    commands.add_parser("keep", help="start again what has ended, until this is ended (`up` runs it)")
    kill = commands.add_parser("kill", help="kill one part (SIGKILL); the keeper starts it again")
    kill.add_argument("name", choices=running.NAMES)
    kill.add_argument("--for", dest="seconds", type=float, default=0.0, help="seconds that it stays away")
    arguments = parser.parse_args()
    try:
        return _run(arguments)
    except AirflowNetError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted: `make cluster-down` ends what was started.\n")
        return 130


def _run(arguments: argparse.Namespace) -> int:
    plan = Plan.load(FOLDER)
    if arguments.command == "up":
        return _up(arguments, plan)
    if plan is None:
        if arguments.command in ("down", "status"):
            left = processes.sweep(FOLDER) if arguments.command == "down" else 0
            print(f"No cluster is there ({FOLDER})" + (f"; {left} processes were left over" if left else ""))
            return 0
        raise InputError(f"no cluster is there ({FOLDER})", "make cluster")
    if arguments.command == "down":
        left = running.down(plan)
        print(
            f"The cluster has ended. Logs: {FOLDER}"
            + (f"\n({left} processes of tasks ended too)" if left else "")
        )
    elif arguments.command == "status":
        for name, state in running.states(plan).items():
            print(f"{name:15} {state}")
        print(_addresses(plan))
    elif arguments.command == "environment":
        for name, value in sorted(plan.environment("").items()):
            print(f"export {name}={shlex.quote(value)}")
    elif arguments.command == "keep":
        keeper.keep(plan)
    elif arguments.command == "kill":
        processes.hold(plan, arguments.name, arguments.seconds)
        print(
            f"{arguments.name}: killed {processes.kill(plan, arguments.name) or 'nothing, it does not run'}"
        )
    return 0


def _up(arguments: argparse.Namespace, plan: Plan | None) -> int:
    if plan is not None and any(processes.stragglers(FOLDER)):
        if all(state != "not running" for state in running.states(plan).values()):
            print(f"The cluster runs already.\n{_addresses(plan)}")
            return 0
        raise SetupError("parts of an earlier cluster still run", "make cluster-down, then make cluster")
    running.clear(FOLDER)
    plan = make_plan(
        FOLDER,
        api_port=arguments.port,
        s3_endpoint=arguments.s3_endpoint,
        llama_model=arguments.llama_model,
        llama_adapter=arguments.llama_adapter,
        recipes=arguments.recipes,
        settings=dict(arguments.settings),
    )
    running.up(plan)
    keeper.start_keeper(plan)
    print(f"The cluster is up.\n{_addresses(plan)}")
    return 0


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _addresses(plan: Plan) -> str:
    return (
        f"Web interface:  {plan.url}\nArtifacts:      {plan.artifact_root} at {plan.s3_endpoint}\n"
        f'Logs:           {plan.folder}/*/log.txt\nShell:          eval "$(make --silent cluster-env)"\n'
        "Stop:           make cluster-down"
    )


if __name__ == "__main__":
    raise SystemExit(main())
