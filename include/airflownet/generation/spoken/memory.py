"""What the clauses of a request have said so far: the tasks, where the data lies, what was started."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflownet.generation.card_index import CardIndex
from airflownet.generation.spoken.marks import Marked
from airflownet.generation.spoken.roles import Place, Roles
from airflownet.generation.spoken.services import Service, services
from airflownet.generation.wanted import Wanted
from airflownet.plans.catalogue_names import CatalogueNames
from airflownet.plans.model import Value


@dataclass(slots=True)
class SpokenStep:
    """One task."""

    words: str
    operators: tuple[str, ...]
    task_id: str
    arguments: dict[str, Value] = field(default_factory=dict)
    after: set[int] = field(default_factory=set)
    """Indices of the steps that it comes after."""
    rule: str = ""
    code: str = ""
    """Of a function whose body the words decide; empty where it is open."""
    call: dict[str, Value] = field(default_factory=dict)
    mapped: dict[str, Value] = field(default_factory=dict)
    place: Place | None = None
    """Where it puts its data."""


@dataclass(slots=True)
class Draft:
    """A task before it has its arguments."""

    operators: tuple[str, ...]
    roles: Roles
    source: Place | None = None
    target: Place | None = None
    arguments: dict[str, Value] = field(default_factory=dict)
    code: str = ""
    """The body of a function, ``bridge`` for one that carries from source to target, ``join`` of branches."""
    call: str = ""
    """Id of the task whose output the function takes; ``last`` for the one before."""
    mapped: str = ""
    """Id of the task over whose output it is mapped."""
    is_result: bool = False
    """True where its output is what later clauses call the result."""
    is_list: bool = False
    """True where its output is a list of things, each of which a later clause may be about."""


@dataclass(slots=True)
class Memory:
    """State of the walk over a request."""

    wanted: Wanted
    line: str
    names: CatalogueNames
    index: CardIndex
    marks: Marked
    steps: list[SpokenStep] = field(default_factory=list)
    frontier: set[int] = field(default_factory=set)
    here: Place | None = None
    """Where the data lies that was last written or fetched."""
    fetched_to: Place | None = None
    """Where a file was put that was fetched from a server."""
    result: str = ""
    """Id of the task whose output is the data."""
    listed: str = ""
    """Id of a task whose output is a list of things."""
    pending: Roles | None = None
    """Of a clause that only said where data comes from."""
    pending_step: str = ""
    """Id of the task of that clause."""
    seen: list[Service] = field(default_factory=list)
    shared: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    connections: dict[str, str] = field(default_factory=dict)
    """Service -> connection that was said for it."""
    table: Place | None = None
    """The table that was last spoken of."""
    places: list[Place] = field(default_factory=list)
    """Every place that data came from or went to."""
    n_taken_back: int = 0
    """Tasks that were taken back because a later clause makes one of two."""


def rename(memory: Memory, step: SpokenStep, task_id: str) -> None:
    """Gives a task another id, also where it is remembered."""
    for name in ("result", "listed", "pending_step"):
        if getattr(memory, name) == step.task_id:
            setattr(memory, name, task_id)
    step.task_id = task_id


def last_sql(memory: Memory) -> Service | None:
    """Returns the database that was last spoken of."""
    return next((service for service in reversed(memory.seen) if service.kind == "sql"), None)


def note_unread(memory: Memory, text: str) -> None:
    """Notes that a piece of the request was not understood."""
    plain = " ".join(memory.marks.plain(text).split())
    memory.unread.append(f'not understood: "{plain[:120]}"')


def with_object(place: Place, other: Place | None) -> Place:
    """Returns a place with what its object says: the table, the file."""
    if other is None or (other.service is not None and other.service is not place.service):
        return place
    return Place(
        place.service, place.bucket or other.bucket, place.file or other.file, place.table or other.table,
        place.conn or other.conn, place.endpoint or other.endpoint,
    )  # fmt: skip


def place_of(memory: Memory, roles: Roles, service: Service) -> Place:
    """Returns the place of a service in a clause, with what earlier clauses said of it."""
    for place in (roles.source, roles.target, roles.object_place):
        if place is not None and place.service is service:
            for other in (roles.object_place, roles.source, roles.target):
                if other is not None and other is not place and other.service is None:
                    place = with_object(place, other)
            return _remembered(memory, place.filled_from(memory.here))
    said = roles.said
    found = Place(
        service, said.get("bucket", ""), said.get("file", "") or said.get("path", ""), said.get("table", ""),
        said.get("connection", ""),
    )  # fmt: skip
    return _remembered(memory, found.filled_from(memory.here))


def _remembered(memory: Memory, place: Place) -> Place:
    """Returns a place with the bucket that was last said for its service."""
    if place.bucket or place.table or place.service is None or place.service.kind != "store":
        return place
    earlier = (one for one in reversed(memory.places) if one.service is place.service and one.bucket)
    return place.filled_from(next(earlier, None))


def last_store(memory: Memory, key: str = "") -> Place | None:
    """Returns the bucket that was last written or read, also where the data has gone on into a table.

    Args:
        memory: what was said.
        key: of the service, where the words say it ("the blob").
    """
    if key:
        return next(
            (place for place in reversed(memory.places) if place.service and place.service.key == key), None
        )
    held = memory.here
    if held is not None and held.service is not None and held.service.kind in ("store", "files"):
        return held
    for step in reversed(memory.steps):
        if step.place is not None and step.place.service is not None and step.place.service.kind == "store":
            return step.place
    store = next((service for service in reversed(memory.seen) if service.kind == "store"), None)
    return Place(store) if store is not None else None


def database() -> Service:
    """Returns the service that stands for a database of which no kind is said."""
    return services()["database"]
