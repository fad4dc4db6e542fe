"""``airflownet mine``: collects DAG files from folders, clones, releases or GitHub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.artifacts import StageResult

_SOURCES = "Sources, in place of the recipe's (each may be repeated)"


def mine(
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `mining:` block is used.")
    ] = "laptop",
    output: Annotated[
        str,
        typer.Option(
            help="Folder or URL to write; a finished, equal one is left as it is. "
            "Default: artifacts/RECIPE/mining."
        ),
    ] = "",
    folder: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="A folder of DAG files.", rich_help_panel=_SOURCES),
    ] = None,
    git: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH|ADDRESS",
            help="A clone, a bare mirror, or the address of a repository; nothing is checked out.",
            rich_help_panel=_SOURCES,
        ),
    ] = None,
    github: Annotated[
        list[str] | None,
        typer.Option(metavar="OWNER/NAME[@REF]", help="A repository on GitHub.", rich_help_panel=_SOURCES),
    ] = None,
    github_org: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Every repository of a GitHub organisation or user.",
            rich_help_panel=_SOURCES,
        ),
    ] = None,
    github_search: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUERY",
            help="What a GitHub repository search finds, as 'topic:airflow'.",
            rich_help_panel=_SOURCES,
        ),
    ] = None,
    pypi: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROJECT[==VERSION]",
            help="A release on the package index; without a version the newest.",
            rich_help_panel=_SOURCES,
        ),
    ] = None,
    ref: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Branch, tag or pattern (`heads/main`, `tags/v*`) for --git, --github-org and "
            "--github-search; by default the default branch.",
        ),
    ] = None,
    github_url: Annotated[
        str, typer.Option(metavar="URL", help="Another GitHub: `https://HOST/api/v3`.")
    ] = "https://api.github.com",
    licence: Annotated[
        str,
        typer.Option(
            metavar="SPDX",
            help="Licence of files that state none: `LicenseRef-Proprietary` for your own company's code. "
            "It is then among the allowed ones.",
        ),
    ] = "",
    opt_out: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="YAML list of owners, repositories, paths and blobs that are not mined."
        ),
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Run even when a finished output is there.")] = False,
) -> None:
    """Collects DAG files with provenance and licence; what is dropped is listed with the reason.

    GitHub's token is read from GITHUB_TOKEN (a recipe may name another variable) and is written nowhere.
    Without a token GitHub answers 60 requests an hour and no code search. When its rate limit is spent the
    command waits and counts down; interrupted, it goes on where it was when you run it again. Run again
    later, it asks only for what is new and lists in tombstones.parquet what has disappeared.
    """
    from airflownet.cli.mine_sources import NamedSources
    from airflownet.mining.rerun import run_again
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    named = NamedSources(
        folders=folder or (),
        git=git or (),
        pypi=pypi or (),
        github=github or (),
        github_org=github_org or (),
        github_search=github_search or (),
        github_url=github_url,
        refs=ref or (),
        licence=licence,
        opt_out=opt_out,
    )
    loaded = load_recipe(recipe)
    place = RunFolder.of(loaded.name).stage("mining", output)
    _tell(run_again(named.applied_to(loaded.mining), place, fresh=fresh))
    _tell_projects_around(folder or ())


def _tell_projects_around(folders: Sequence[str]) -> None:
    """Says where a folder is a part of a project whose requirements and modules were not read."""
    from airflownet.judge.project.find import find_project

    for folder in folders:
        here = Path(folder).expanduser().resolve()
        around = find_project([here])
        if around is not None and around != here and here.is_relative_to(around):
            typer.echo(
                f"note: {folder} lies in the project {around}, of which nothing else was read; to judge its "
                f"files in it, --folder {around}, or in a recipe {{kind: local, path: {around}, "
                f"folders: [{here.relative_to(around)}]}}",
                err=True,
            )


def _tell_contexts(counts: dict[str, int]) -> None:
    """Tells how many files need their project, where some do, and what becomes of them in it."""
    outcomes = {
        name: counts.get(f"with_project_files:{name}", 0) + counts.get(f"self_contained:{name}", 0)
        for name in ("loads", "fails", "unknown")
    }
    if not any(outcomes.values()):
        return
    told = ", ".join(f"{count} {name}" for name, count in outcomes.items() if count)
    typer.echo(
        f"self-contained: {counts.get('self_contained', 0)}, with files of their project: "
        f"{counts.get('with_project_files', 0)}; the project matters to {sum(outcomes.values())}: {told}"
    )


def _tell(result: StageResult) -> None:
    from airflownet.locations import read_manifest

    counts = result.counts
    typer.echo(
        f"{counts['kept']} DAG files of {counts['listed']} files listed, from {counts['sources']} "
        f"source{'' if counts['sources'] == 1 else 's'}"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )
    manifest = read_manifest(result.location)
    _tell_contexts(manifest.get("facts", {}).get("in_project", {}))
    dropped = manifest["funnel"]["dropped"]
    if dropped:
        reasons = sorted(dropped.items(), key=lambda item: (-item[1], item[0]))
        typer.echo("dropped: " + ", ".join(f"{count} {reason}" for reason, count in reasons))
    if counts.get("tombstones"):
        typer.echo(f"gone since earlier runs: {counts['tombstones']} (tombstones.parquet)")
    if counts.get("moved"):
        typer.echo(f"moved since earlier runs: {counts['moved']} (`moved` in sources.json)")
    if not counts["kept"]:
        reasons_are = "dropped.parquet names every file with its reason"
        typer.echo(
            f"Nothing is kept: {reasons_are if counts['listed'] else 'there is no .py file'}.", err=True
        )
    if any(reason.startswith("licence:") for reason in dropped):
        typer.echo(
            "Files of a licence that is not allowed are left out: --licence states that of files without one "
            "(your own company's), allowed_licences of a recipe allows others.",
            err=True,
        )
