"""``airflownet mine``: collects DAG files from releases, folders, clones or GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.mining.settings import MiningSettings


def mine(
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `mining:` block is used.")
    ] = "laptop",
    output: Annotated[
        str, typer.Option(help="Folder or URL to write; a finished, equal one is left as it is.")
    ] = "artifacts/mining",
    github: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OWNER/NAME[@REF]",
            help="Mine this GitHub repository in place of the recipe's sources; may be repeated.",
        ),
    ] = None,
    github_org: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Mine every repository of this GitHub organisation or user; may be repeated."
        ),
    ] = None,
    github_search: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUERY",
            help="Mine what this GitHub repository search finds, as 'topic:airflow'; may be repeated.",
        ),
    ] = None,
    github_url: Annotated[
        str, typer.Option(metavar="URL", help="Another GitHub: `https://HOST/api/v3`.")
    ] = "https://api.github.com",
    licence: Annotated[
        str,
        typer.Option(
            metavar="SPDX",
            help="Licence of files that state none, with --github...: `LicenseRef-Proprietary` for your own "
            "company's code. It is then among the allowed ones.",
        ),
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Run even when a finished output is there.")] = False,
) -> None:
    """Collects DAG files with provenance and licence; what is dropped is listed with the reason.

    GitHub's token is read from GITHUB_TOKEN (a recipe may name another variable) and is written nowhere.
    Without a token GitHub answers 60 requests an hour and no code search. When its rate limit is spent the
    command waits and counts down; interrupted, it goes on where it was when you run it again.
    """
    from airflownet.locations import read_manifest
    from airflownet.mining.rerun import run_again
    from airflownet.recipe import load_recipe

    settings = load_recipe(recipe).mining
    if github or github_org or github_search:
        settings = _of_github(settings, github, github_org, github_search, github_url, licence)
    result = run_again(settings, output, fresh=fresh)
    counts = result.counts
    typer.echo(
        f"{counts['kept']} DAG files of {counts['listed']} files listed, from {counts['sources']} sources"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )
    dropped = read_manifest(result.location)["funnel"]["dropped"]
    if dropped:
        reasons = sorted(dropped.items(), key=lambda item: (-item[1], item[0]))
        typer.echo("dropped: " + ", ".join(f"{count} {reason}" for reason, count in reasons))


def _of_github(
    settings: MiningSettings,
    repositories: list[str] | None,
    organisations: list[str] | None,
    searches: list[str] | None,
    base_url: str,
    licence: str,
) -> MiningSettings:
    from pydantic import ValidationError

    from airflownet.errors import InputError
    from airflownet.mining.github.settings import GithubSource

    try:
        source = GithubSource(
            repositories=tuple(repositories or ()),
            organisations=tuple(organisations or ()),
            search=tuple(searches or ()),
            base_url=base_url,
            licence=licence,
        )
    except ValidationError as error:
        problem = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InputError(f"--github options: {problem}", "see airflownet mine --help") from None
    allowed = (*settings.allowed_licences, *((licence,) if licence else ()))
    return settings.model_copy(
        update={"sources": (source,), "allowed_licences": tuple(dict.fromkeys(allowed))}
    )
