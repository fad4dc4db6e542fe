"""What ``KubernetesPodOperator`` refused when it was built, before its provider left that to the run.

Source: ``KubernetesPodOperator.__init__``, ``_set_name`` and ``backwards_compat_converters`` of the provider
as of Airflow 2.9.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type
from airflownet.judge.interpreter.values import ListValue

_KEY: Final = re.compile(r"^[\w.-]+$")
_LONGEST_NAME: Final = 220
_MODELS: Final = {
    "volumes": "V1Volume",
    "volume_mounts": "V1VolumeMount",
    "ports": "V1ContainerPort",
    "pod_runtime_info_envs": "V1EnvVar",
}


def check_pod(arguments: Mapping[str, Any]) -> None:
    """Raises for a name that is no key, and for parts of the pod that are no Kubernetes models."""
    for name, model in _MODELS.items():
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
