"""What ``GKECreateClusterOperator`` refuses in the description of a cluster.

Source: ``GKECreateClusterOperator._validate_input`` of the Google provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.values import DictValue, truth


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
