"""Blocks that may not run: a branch whose condition is not known, a handler that may not be reached."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from airflownet.judge.interpreter.interpreter import Signal
from airflownet.judge.interpreter.scope import Scope

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def run_maybe(interpreter: Interpreter, body: list[ast.stmt], scope: Scope) -> Signal:
    """Executes a block that may not run; its ``return`` is one of several possible values."""
    signal: Signal = None
    is_whole = False
    with interpreter.maybe():
        signal = interpreter.execute_block(body, scope)
        is_whole = True
    for skipped in () if is_whole else body:
        interpreter.bind_unknown(skipped, scope)
    if signal is not None and signal[0] == "return":
        scope.maybe_returns = [*(scope.maybe_returns or ()), signal[1]]
    return signal
