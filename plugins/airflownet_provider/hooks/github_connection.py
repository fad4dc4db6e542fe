"""Token and address of a mining source from its Airflow connection, through the GitHub provider's own hook.

The connection (type ``github``) may hold a token, or in ``extra`` a GitHub App; ``host`` is the address of an
Enterprise server. Without the connection the environment variable of the source is used, if it is set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowNotFoundException

if TYPE_CHECKING:
    from github import Github

    from airflownet.mining.github.settings import GithubSource


def github_client(source: GithubSource) -> Github | None:
    """Returns the client that ``GithubHook`` makes, None when the connection is not defined.

    Raises:
        InputError: the connection holds neither a token nor an App's key.
    """
    from airflow.providers.github.hooks.github import GithubHook

    from airflownet.errors import InputError

    try:
        return GithubHook(github_conn_id=source.connection).get_conn()
    except AirflowNotFoundException:
        return None
    except ValueError as error:
        raise InputError(
            f"connection {source.connection}: {error}", "give it a token as password, or an App in extra"
        ) from None
