"""Repositories that must not be mined, known by every name under which they were ever seen.

A repository that is renamed or given to another owner stays opted out: the ledger keeps its number and names.
"""

from __future__ import annotations

from airflownet.mining.github.client import GithubClient
from airflownet.mining.github.purge import purge
from airflownet.mining.github.repository import Repository
from airflownet.mining.opt_out import OPTED_OUT, OptOut


class OptedOutRepositories:
    """The opt-out list, asked for the repositories of one GitHub server."""

    def __init__(self, client: GithubClient, opt_out: OptOut) -> None:
        self._client = client
        self._opt_out = opt_out

    def has_name(self, full_name: str) -> bool:
        """Tells whether a repository of that name is opted out; nothing needs to be asked about it then."""
        return self._opt_out.has_repository(full_name)

    def has_number(self, repo_id: int) -> bool:
        """Tells whether a repository was ever seen under a name that is opted out."""
        ledger = self._client.ledger
        return any(map(self.has_name, (ledger.name_of(repo_id), *ledger.former_names(repo_id, ""))))

    def has(self, repository: Repository) -> bool:
        """Tells whether a repository is opted out under its name or a former one, and forgets it if so."""
        ledger, repo_id = self._client.ledger, repository.repo_id
        former = ledger.former_names(repo_id, repository.full_name)
        if not any(map(self.has_name, (repository.full_name, *former))):
            return False
        known = ledger.facts(repo_id)
        if known is not None and "heads" in known:
            purge(self._client, repo_id, OPTED_OUT)
        facts = {"former_names": former} if former else {}
        if facts != known or ledger.name_of(repo_id) != repository.full_name:
            ledger.keep_facts(repo_id, repository.full_name, facts)
        return True

    def forget(self, full_name: str) -> int:
        """Removes what is kept of a repository that is not asked for; returns its number, 0 if never seen."""
        ledger = self._client.ledger
        repo_id = ledger.id_of(full_name)
        if repo_id is None:
            return 0
        known = ledger.facts(repo_id) or {}
        if "heads" in known:
            purge(self._client, repo_id, OPTED_OUT)
            former = {"former_names": known["former_names"]} if "former_names" in known else {}
            ledger.keep_facts(repo_id, ledger.name_of(repo_id), former)
        return repo_id
