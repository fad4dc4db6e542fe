"""``UNKNOWN`` stands for every value that the judge cannot know: the answer wherever no other is sure."""

from __future__ import annotations

from typing import Final, final


@final
class Unknown:
    """The type of ``UNKNOWN``: a value that only running the file would tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class ShownByKind:
    """An object of the walk is shown by its kind alone: it may hold all the others."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
