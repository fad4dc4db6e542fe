"""Why a training worker failed, told apart so that a retry policy can act on it.

OutOfMemoryError is worth a retry with a smaller batch, WorkerKilledError one of the whole task;
ConfigurationError never is.
"""

from __future__ import annotations

from airflownet.errors import TrainingError


class OutOfMemoryError(TrainingError):
    """The device or the host had too little memory for the batch."""


class WorkerKilledError(OutOfMemoryError):
    """The system killed the worker, most likely for memory: the next try goes on with half the batch."""


class ConfigurationError(TrainingError):
    """The settings, the data or the base model cannot be trained as asked; a retry cannot help."""
