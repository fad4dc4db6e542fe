"""What ``KubernetesPodOperator`` refuses among the parts of a pod, which it converts when it is built.

Source: ``backwards_compat_converters`` of the Kubernetes provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type
from airflownet.judge.interpreter.values import DictValue, ListValue, SetValue

_MODELS: Final = {"ports": "V1ContainerPort", "pod_runtime_info_envs": "V1EnvVar"}
"""Each item must be that object."""
_MODELS_OR_DICTS: Final = {"tolerations": "V1Toleration"}
"""Each item must be that object, or a dict of its fields."""
_MAX_ITEMS: Final = 200


def check_pod_parts(arguments: Mapping[str, Any]) -> None:
    """Checks the arguments that become parts of the pod."""
    for name, model in _MODELS.items():
        if name in arguments:
            _check_items(name, arguments[name], model, allows_dict=False)
    for name, model in _MODELS_OR_DICTS.items():
        if name in arguments:
            _check_items(name, arguments[name], model, allows_dict=True)
    affinity = arguments.get("affinity")
    if affinity:
        _check_item("affinity", affinity, "V1Affinity", allows_dict=True)


def _check_items(name: str, value: Any, model: str, *, allows_dict: bool) -> None:
    if isinstance(value, (ListValue, DictValue, SetValue, tuple, str)):
        for item in islice(value, _MAX_ITEMS):
            _check_item(name, item, model, allows_dict=allows_dict)


def _check_item(name: str, item: Any, model: str, *, allows_dict: bool) -> None:
    kind = python_type(item)
    if kind is None or (allows_dict and kind is dict):
        return
    either = "dict or " if allows_dict else ""
    message = f"Expected {either}<class 'kubernetes.client.models.{model}'>, got {kind} ({name})"
    raise Raised("AirflowException", message, "bad-value", name)
