# ruff: noqa
# Stand-ins for the modules of Airflow's system tests, put in front of an original example by harness_removal.py.
import importlib.abc as _abc
import importlib.machinery as _machinery
import re as _re
import sys as _sys
import types as _types


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
        if name.isupper():
            return "value"
        return lambda *a, **k: (lambda *b, **c: None) if name.startswith("get_test_run") else "value"


class _Finder(_abc.MetaPathFinder, _abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if _re.match(r"(dev\.)?tests_common(\.|$)|system(\.|$)|tests(\.|$)|providers(\.|$)", name):
            return _machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _StandIn(spec.name)

    def exec_module(self, module):
        pass


_sys.meta_path.insert(0, _Finder())
