"""Every error a user can meet, as a tree; each one names the value, the limit and the remedy.

AirflowNetError
    RecipeError          the recipe file has a wrong field or value                      exit 2
    InputError           a path, argument or input record cannot be used                 exit 2
    SourceError          a mining source cannot be read
        NetworkError     nothing answered; what was finished stays finished
            RateLimitError   GitHub answers again at a stated time
        IntegrityError   what was downloaded is not what the recipe pinned
    SetupError           a tool or environment is missing, or could not be built
    DiskSpaceError       less free disk than the stage needs
    ArtifactError        a stage's output is missing, incomplete or in use by another run
    FunnelGapError       a stage lost records: listed is not kept + dropped
    WorkerDiedError      a process of this machine's parallel work was killed or crashed
    TrainingError        the training process failed
    ServerError          llama-server did not start, stopped, or answered what it must not
    GateNotMet           the answer is "no": a threshold of the recipe is not met        exit 1
"""

from __future__ import annotations


class AirflowNetError(Exception):
    """An expected failure: one message, and the remedy.

    Attributes:
        message: what happened, with the value and the limit.
        remedy: what the user does next; shown on a line of its own.
        exit_code: what the command line exits with (1 or 2).
    """

    exit_code = 2

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  Remedy: {self.remedy}"


class RecipeError(AirflowNetError):
    """The recipe has a field that does not exist or a value outside its range."""


class InputError(AirflowNetError):
    """A path, an argument or an input record cannot be used."""


class SourceError(AirflowNetError):
    """A mining source cannot be read."""


class NetworkError(SourceError):
    """Nothing answered at the address."""


class RateLimitError(NetworkError):
    """A server refuses further requests until a stated time.

    Attributes:
        reset_at: seconds since the epoch (UTC) from which it answers again.
    """

    def __init__(self, message: str, remedy: str, reset_at: float) -> None:
        super().__init__(message, remedy)
        self.reset_at = reset_at


class IntegrityError(SourceError):
    """Downloaded bytes do not have the pinned hash; they are not used."""


class SetupError(AirflowNetError):
    """A tool or an environment is missing, or could not be built."""


class DiskSpaceError(AirflowNetError):
    """There is less free disk than the work needs."""


class ArtifactError(AirflowNetError):
    """A stage's output is missing, incomplete, or being written by another run."""


class FunnelGapError(AirflowNetError):
    """Records went missing without a reason; the stage's output is not published."""


class WorkerDiedError(AirflowNetError):
    """A process that worked in parallel to others was killed or crashed."""


class TrainingError(AirflowNetError):
    """The training process failed."""


class ServerError(AirflowNetError):
    """llama-server did not start, stopped, or gave an answer it must not give."""


class GateNotMet(AirflowNetError):  # noqa: N818 - an answer, not an error
    """A threshold of the recipe is not met: the answer is "no"."""

    exit_code = 1
