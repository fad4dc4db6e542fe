"""The tools side by side: each maps a corpus file to the cluster of every row, in a process of its own.

``python benchmarks/dataset/deduplicators.py airflownet corpus.jsonl clusters.json``
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

THRESHOLD = 0.7
PERMUTATIONS = 128
SHINGLE = 5


def rows(path: Path) -> Iterator[tuple[int, str]]:
    """Yields (id, code) of a corpus file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["id"], row["code"]


def word_shingles(code: str) -> list[str]:
    """Returns runs of five words of the text as it is: how text deduplication is usually fed."""
    words = re.findall(r"\w+", code)
    return [" ".join(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))]


def airflownet(path: Path) -> dict[int, int]:
    """Families of this project: normalised tokens, exact join, verified; no split, no earlier edition."""
    from airflownet.families.disjoint_sets import DisjointSets
    from airflownet.families.family_records import FamilyFile
    from airflownet.families.links import Closest, links
    from airflownet.families.shingles import code_shingles
    from airflownet.hashing import sha256_text
    from airflownet.parallel import in_parallel

    ids, codes = zip(*rows(path), strict=True)
    shingles = list(in_parallel(partial(code_shingles, length=SHINGLE), codes))
    files = [
        FamilyFile(str(n), "demo", "1", f"{n}.py", "", sha256_text(c))
        for n, c in zip(ids, codes, strict=True)
    ]
    sets = DisjointSets(len(files))
    for link in links(files, shingles, THRESHOLD, [], Closest()):
        sets.join(link.first, link.second)
    return {number: sets.root(place) for place, number in enumerate(ids)}


def rensa(path: Path) -> dict[int, int]:
    """rensa: R-MinHash with LSH, candidates taken as they come (the tool does not verify)."""
    from rensa import RMinHash, RMinHashLSH

    from airflownet.families.disjoint_sets import DisjointSets

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=16)
    found: list[tuple[int, int]] = []
    highest = 0
    for number, code in rows(path):
        minhash = RMinHash(num_perm=PERMUTATIONS, seed=42)
        minhash.update(word_shingles(code))
        found += [(number, other) for other in index.query(minhash)]
        index.insert(number, minhash)
        highest = max(highest, number)
    sets = DisjointSets(highest + 1)
    for one, other in found:
        sets.join(one, other)
    return {number: sets.root(number) for number in range(highest + 1)}


def datasketch(path: Path) -> dict[int, int]:
    """datasketch: MinHash with LSH, the reference implementation in Python."""
    from datasketch import MinHash, MinHashLSH

    from airflownet.families.disjoint_sets import DisjointSets

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    found: list[tuple[int, int]] = []
    highest = 0
    for number, code in rows(path):
        minhash = MinHash(num_perm=PERMUTATIONS)
        minhash.update_batch([shingle.encode() for shingle in word_shingles(code)])
        found += [(number, other) for other in index.query(minhash)]
        index.insert(number, minhash)
        highest = max(highest, number)
    sets = DisjointSets(highest + 1)
    for one, other in found:
        sets.join(one, other)
    return {number: sets.root(number) for number in range(highest + 1)}


TOOLS: dict[str, Callable[[Path], dict[int, int]]] = {
    "airflownet": airflownet,
    "rensa": rensa,
    "datasketch": datasketch,
}


if __name__ == "__main__":
    tool, corpus, output = sys.argv[1:]
    Path(output).write_text(json.dumps(TOOLS[tool](Path(corpus))))
