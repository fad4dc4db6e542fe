"""What Airflow's own providers manager makes of the installed provider."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.airflow


@pytest.fixture(scope="module")
def manager(airflow_db):
    from airflow.providers_manager import ProvidersManager

    return ProvidersManager()


def test_the_provider_is_registered_by_its_entry_point(manager):
    assert "airflownet" in manager.providers


def test_the_connection_type_is_known_with_its_form(manager):
    from airflow.api_fastapi.core_api.services.ui.connections import HookMetaService

    forms = {form.connection_type: form for form in HookMetaService.hook_meta_data()}
    form = forms["llama_server"]
    assert form.hook_name == "llama.cpp server"
    assert "n_slots" in json.dumps(form.model_dump(mode="json"))


def test_the_hook_of_the_connection_type_can_be_imported(manager):
    hook = manager.hooks["llama_server"]
    assert hook.hook_class_name.endswith("LlamaServerHook")


def test_the_gpu_decorator_is_registered(manager):
    assert manager.taskflow_decorators["gpu"].__name__ == "gpu_task"


def test_the_github_decorator_is_registered(manager):
    assert manager.taskflow_decorators["github_api"].__name__ == "github_api_task"


def test_the_settings_are_documented():
    from airflow.configuration import conf

    assert conf.get("airflownet", "artifact_root") == "artifacts"


def test_info_matches_the_distribution():
    import importlib.metadata

    from airflownet_provider import get_provider_info

    assert get_provider_info()["package-name"] == importlib.metadata.metadata("airflownet")["Name"]
