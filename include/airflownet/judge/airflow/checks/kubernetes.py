"""What the Kubernetes operators refuse: the parts of a pod, its name, the description of a cluster.

Sources: ``backwards_compat_converters`` and, as of Airflow 2.9, ``KubernetesPodOperator.__init__`` and
``_set_name`` of the Kubernetes provider; ``GKECreateClusterOperator._validate_input`` of the Google provider.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type
from airflownet.judge.interpreter.values import DictValue, ListValue, SetValue, truth

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


_KEY: Final = re.compile(r"^[\w.-]+$")
_LONGEST_NAME: Final = 220
_MODELS_TO_2_9: Final = {
    "volumes": "V1Volume",
    "volume_mounts": "V1VolumeMount",
    "ports": "V1ContainerPort",
    "pod_runtime_info_envs": "V1EnvVar",
}


def check_pod(arguments: Mapping[str, Any]) -> None:
    """Raises for a name that is no key, and for parts of the pod that are no Kubernetes models."""
    for name, model in _MODELS_TO_2_9.items():
        given = arguments.get(name)
        for item in given if isinstance(given, (ListValue, tuple)) else ():
            kind = python_type(item)
            if kind is not None:
                message = f"Expected {model}, got {kind} ({name})"
                raise Raised("AirflowException", message, "wrong-type", name)
    pod = arguments.get("name")
    if isinstance(pod, str) and (not _KEY.match(pod) or len(pod) > _LONGEST_NAME):
        message = (
            f"The key {pod[:_LONGEST_NAME]!r} has to be made of alphanumeric characters, dashes, dots and "
            "underscores exclusively (name)"
        )
        raise Raised("AirflowException", message, "invalid-id", pod[:60])


def check_cluster_body(arguments: Mapping[str, Any]) -> None:
    """Checks ``body``: a name, and nodes in one of the two ways."""
    body = arguments.get("body")
    if not isinstance(body, DictValue) or not body.exact:
        return
    name, pools, count, config = (
        truth(body.get(field)) for field in ("name", "node_pools", "initial_node_count", "node_config")
    )
    is_double = pools is True and (count is True or config is True)
    is_empty = pools is False and count is False and config is False and not body.get("autopilot")
    if name is False or is_double or is_empty:
        raise Raised("AirflowException", "Operator has incorrect or missing input.", "bad-value", "body")
