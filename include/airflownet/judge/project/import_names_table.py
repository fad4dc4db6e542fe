"""Makes ``data/measured.tsv``: distribution, its modules, what it requires.

    python -m airflownet.judge.project.import_names_table SITE_PACKAGES... WHEEL.whl... > measured.tsv
    python -m airflownet.judge.project.import_names_table --index furl shapely > measured.tsv

Reads metadata as text (the list of files, ``Requires-Dist``): of what is installed in folders, of wheels, of
uv's cache (``~/.cache/uv/archive-v0/*``) and, with ``--index``, of the newest wheels of distributions that
are named, by ranged requests: some tens of kB each, no wheel is downloaded. Imports nothing. Of several
versions of a distribution the newest counts; rows of the table that exists are kept where nothing given has
the distribution. Sorted by name, so that the same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import distributions

from packaging.version import InvalidVersion, Version

from airflownet.errors import AirflowNetError
from airflownet.judge.project.declared import normal_name
from airflownet.judge.project.import_names import DATA, MEASURED
from airflownet.judge.project.listed_distribution import Listed
from airflownet.judge.project.wheel_listing import newest_wheels


def installed_in(folders: Iterable[str]) -> Iterator[Listed]:
    """Yields what the metadata in folders and wheels say; what cannot be read is passed over."""
    for distribution in distributions(path=list(folders)):
        try:
            name, version = distribution.metadata["Name"], distribution.version
            files = tuple(str(file) for file in distribution.files or ())
            requires = tuple(distribution.requires or ())
        except (OSError, ValueError, KeyError):
            continue
        if name:
            yield Listed(name, version or "0", files, requires)


def table(listed: Iterable[Listed], kept: Iterable[str] = ()) -> list[str]:
    """Returns the rows, sorted by name.

    Args:
        listed: what was read; of a distribution that is there twice the newest version counts.
        kept: rows that stay where nothing read has the distribution.
    """
    newest: dict[str, Listed] = {}
    for one in listed:
        name = normal_name(one.name)
        if one.row and (name not in newest or _order(one) > _order(newest[name])):
            newest[name] = one
    rows = {row.partition("\t")[0]: row for row in kept if row and not row.startswith("#")}
    rows |= {name: one.row for name, one in newest.items()}
    return [rows[name] for name in sorted(rows)]


def _order(listed: Listed) -> tuple[Version, str]:
    try:
        return Version(listed.version), listed.row
    except InvalidVersion:
        return Version("0"), listed.row


def main(words: list[str]) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("places", nargs="*", help="site-packages folders, wheels")
    parser.add_argument("--index", nargs="+", default=[], metavar="NAME", help="distributions of the index")
    arguments = parser.parse_args(words)
    listed = list(installed_in(arguments.places))
    try:
        if arguments.index:
            listed += newest_wheels(arguments.index)
    except AirflowNetError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code
    place = DATA / MEASURED
    rows = table(listed, place.read_text("utf-8").splitlines() if place.exists() else ())
    sys.stdout.write("# distribution, its modules, what it requires: made by import_names_table\n")
    sys.stdout.writelines(f"{row}\n" for row in rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
