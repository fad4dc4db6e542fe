"""Disjoint sets of numbers (union by smaller root, path halving; Tarjan 1975): connected components."""

from __future__ import annotations

from collections import defaultdict


class DisjointSets:
    """Which of ``n`` numbers are connected so far."""

    def __init__(self, n: int) -> None:
        self._parents = list(range(n))

    def root(self, number: int) -> int:
        """Returns the smallest number that is connected with this one."""
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def join(self, one: int, other: int) -> bool:
        """Connects two numbers; tells whether they were apart."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parents[second] = first
        return first != second

    def components(self) -> list[list[int]]:
        """Returns the connected numbers, each list ascending, lists by their smallest number."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in range(len(self._parents)):
            found[self.root(number)].append(number)
        return list(found.values())
