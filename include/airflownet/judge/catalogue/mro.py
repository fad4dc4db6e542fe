"""Method resolution order over dotted paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def linearise(path: str, bases: Sequence[str], mro_of: Callable[[str], Sequence[str]]) -> tuple[str, ...]:
    """Returns the C3 linearisation of a class, without ``object``.

    Falls back to depth-first order without repeats where C3 has no answer (unknown outside bases can
    make the order look inconsistent). Source: "A Monotonic Superclass Linearization for Dylan",
    Barrett et al., OOPSLA 1996, as used by Python.
    """
    if len(bases) == 1 and (inherited := mro_of(bases[0]))[:1] == (bases[0],):
        return (path, *inherited)
    sequences = [list(mro_of(base)) for base in bases] + [list(bases)]
    merged = [path]
    while any(sequences):
        sequences = [sequence for sequence in sequences if sequence]
        for sequence in sequences:
            head = sequence[0]
            if not any(head in other[1:] for other in sequences):
                break
        else:
            rest = [item for sequence in sequences for item in sequence]
            return tuple(dict.fromkeys([*merged, *rest]))
        merged.append(head)
        for sequence in sequences:
            if sequence[0] == head:
                del sequence[0]
    return tuple(merged)
