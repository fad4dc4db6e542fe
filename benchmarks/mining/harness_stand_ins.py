# ruff: noqa
# Stand-ins for the modules of Airflow's system tests, put in front of an original example by harness_removal.py.
import datetime as _datetime
import importlib.abc as _abc
import importlib.machinery as _machinery
import re as _re
import sys as _sys
import types as _types

HELPERS_ARE_TASKS = True


class _Builder:
    def __getattr__(self, name):
        return lambda *a, **k: self

    def build(self):
        from airflow.sdk import task

        @task
        def variable_fetcher():
            return {}

        return variable_fetcher


def _watcher():
    from airflow.sdk import task

    @task(trigger_rule="one_failed", retries=0, task_id="watcher")
    def watcher():
        pass

    return watcher()


class _Anything(str):
    """A text that may be called and asked for attributes, and gives itself."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *a, **k):
        return a[0] if len(a) == 1 and callable(a[0]) and not k else self


class _Helper(_Anything):
    """A function of the harness: called within a DAG it makes a task, as many of them do."""

    def __call__(self, *a, **k):
        from airflow.sdk import task
        from airflow.sdk.definitions._internal.contextmanager import DagContext

        if not HELPERS_ARE_TASKS or (len(a) == 1 and callable(a[0])) or not DagContext.get_current():
            return super().__call__(*a, **k)

        @task(task_id="harness_" + self)
        def helper():
            return ""

        return helper()


class _StandIn(_types.ModuleType):
    __path__: list = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "watcher" and self.__name__.rpartition(".")[2] == "watcher":
            return _watcher
        if name == "SystemTestContextBuilder":
            return _Builder
        if name.startswith("AIRFLOW_V_"):
            return True
        if name.startswith("get_test_run"):
            return lambda *a, **k: lambda *b, **c: None
        if name == "EmptyOperator":
            from airflow.providers.standard.operators.empty import EmptyOperator

            return EmptyOperator
        if name == "START_DATE":
            return _datetime.datetime(2021, 1, 1)
        if name == "DEFAULT_ARGS":
            return {}
        return "value" if name.isupper() else _Helper(name)


class _Finder(_abc.MetaPathFinder, _abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if _re.match(r"(dev\.)?tests_common(\.|$)|(system|tests|providers|pytest)(\.|$)", name):
            return _machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _StandIn(spec.name)

    def exec_module(self, module):
        pass


_sys.meta_path.insert(0, _Finder())
