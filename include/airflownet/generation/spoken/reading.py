"""A request in people's words to the steps that it asks for, with operators, arguments and order.

Clause by clause: what is done decides with the service, and with where the data comes from and goes to, which
operator does it. What an earlier clause said (the bucket that was written, the cluster that was made) holds
for "it" and "the file" in later ones. What no rule can place is told, never guessed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from airflownet.asked_for.spoken_schedule import spoken_schedule
from airflownet.asked_for.stated_schedule import without_schedule
from airflownet.asked_for.terms import terms_of
from airflownet.generation.card_index import card_index
from airflownet.generation.spoken.branches import Branches
from airflownet.generation.spoken.choosing import tasks_of
from airflownet.generation.spoken.clauses import Clause, cut, with_chains_of_places, with_plain_transfers
from airflownet.generation.spoken.conditions import (
    Condition,
    condition_of,
    is_nothing,
    split_failure,
    with_anyway,
)
from airflownet.generation.spoken.making import add_step
from airflownet.generation.spoken.marks import MARK, Marked, marked
from airflownet.generation.spoken.memory import Draft, Memory, SpokenStep, note_unread, place_of, rename
from airflownet.generation.spoken.objects import n_of, names_in, one_of, varied_role, with_listed_names
from airflownet.generation.spoken.roles import Place, Roles, roles_of
from airflownet.generation.spoken.said_settings import SaidSettings, said_settings
from airflownet.generation.spoken.service_tasks import sql_task
from airflownet.generation.spoken.services import mentions
from airflownet.generation.spoken.step_ids import free_id, step_id
from airflownet.generation.spoken.typos import without_typos
from airflownet.generation.spoken.verbs import Act, act_of_nouns, acts_of
from airflownet.generation.wanted import Wanted
from airflownet.plans.argument_order import operator_class
from airflownet.plans.catalogue_names import names_of
from airflownet.plans.model import Expression, Placeholder, Reference, Value

MOST_STEPS: Final = 24
_TARGET: Final = re.compile(r"\n*Target: Apache Airflow [\d.]+\.?\s*$")
_TIME_WORDS: Final = re.compile(
    r"[,;]?\s*\b(?:(?:it |this |the dag |that |which |and |please |to )*(?:should |must |shall |has to "
    r"|needs to )?(?:be )?(?:run|runs|running|scheduled|executed|triggered|started)(?: it| this| the dag)?"
    r"|schedule(?:d)?(?: is| it)?[:=]?|cron(?: schedule| expression)?(?: is)?[:=]?"
    r"|on the (?:cron )?schedule)\s*(?=,\s*(?:,|$|\.|;|\n|and\b|with\b|it\b|\())",
    re.IGNORECASE,
)
_ASSET_SCHEDULE: Final = re.compile(
    r"[,;]?\s*(?:\b(?:runs?|run it|start(?:s|ed)?|trigger(?:s|ed)?|execute[sd]?|it|should|be|scheduled"
    r"|is) )*\b(?:when(?:ever)?|once|each time|every time|after|as soon as|on|by|upon)"
    r" (?:an? |the |any |every |new )*(?:updates? (?:of|to|on) (?:the )?)?(?:assets?|data ?sets?)(?: called"
    r"| named)? (?P<v>(?:«\d+»|[\w./-]+)(?:(?:,| and| or) «\d+»)*)"
    r"(?: (?:is|are|was|were|gets?|has been|have been|have|has))*(?: (?:updated|refreshed|changed|published"
    r"|ready|available|written|new data|updates?|produced))?"
    r"|[,;]?\s*\b(?:when(?:ever)?|once|as soon as|each time) (?:the )?(?P<w>«\d+») (?:assets?"
    r"|data ?sets?) (?:(?:is|are|was|were|gets?|has been|changes?) ?)(?:updated|refreshed|changed|published"
    r"|ready|available|written)?",
    re.IGNORECASE,
)
_PRESETS: Final = re.compile(
    r"(?:\bschedule[d]?[:= ]*)?@(?:once|continuous|hourly|daily|midnight|weekly|monthly|quarterly|yearly"
    r"|annually)\b|\b(?:nightly|daily|hourly)"
    r"(?= (?:job|dag|pipeline|workflow|run)\b)",
    re.IGNORECASE,
)
_BOTH: Final = re.compile(
    r"^(?:both|they|all|each)(?: of them| two| three| loads?| tasks?)* (?:should |must |will |to )?"
    r"(?:write|load|go|save|store|insert|put|end up)s?\b",
    re.IGNORECASE,
)
_THERE_IS: Final = re.compile(
    r"^(?:i|we|there|you|they)(?:'ve|'s| also| already| currently)* (?:have|has|got|is|are|own|keep"
    r"|store)\b(?! to\b)",
    re.IGNORECASE,
)
_OTHERS_DO: Final = re.compile(
    r"^(?:our|the|a|an|their|my|some|another|other|one) (?:external |upstream |source |other |sales |finance "
    r"|main )*"
    r"(?:vendor|supplier|partner|customer|client|provider|team|colleagues?|shop|system|erp|crm|bank|company"
    r"|users?|people"
    r"|application|app|department|third party|producer)s? (?!should|must|needs|wants|is"
    r"|are)[a-z]+s?\b(?! to be)",
    re.IGNORECASE,
)
_SHARED: Final = ("cluster", "namespace", "workspace", "factory", "group", "project", "profile", "warehouse")
"""What is said once holds for all tasks that take it."""
_ONLY_SETTINGS: Final = re.compile(
    r"^(?:(?:in |with |use |using |and |the )*(?:cluster|namespace|workspace|factory|resource group|group"
    r"|project|profile|warehouse|region|location)"
    r"(?: id| name)?(?: is|:|=)? ?«\d+»[, ]*(?:and )?)+$",
    re.IGNORECASE,
)
_SAYS_MORE: Final = re.compile(
    r"^(?: (?:job|build|task|step|cluster|part|run))? (?:runs?|is (?:run|executed|started)|should (?:run"
    r"|be run|use)|must (?:run|use)|uses?|needs?|has)"
    r"(?=[ ,]*(?:,|with|using|on|in|as|the|$))|^[ ,]+(?=with |using )",
    re.IGNORECASE,
)
_DEFER: Final = re.compile(r"\b(?:in )?(?:deferrable|deferred|async(?:hronous)?)(?: mode)?\b", re.IGNORECASE)
_OUTLET: Final = re.compile(
    r"\b(?:publish|emit|produce|update|mark|announce|signal|refresh|outlet)\w*\b[^.;,]{0,30}?\b(?:asset"
    r"|data ?set)s?\b",
    re.IGNORECASE,
)
_ASSET: Final = re.compile(
    r"\b(?:asset|data ?set)s?(?: called| named)? (?P<v>«\d+»|[\w./-]+)|(?P<w>«\d+») (?:asset|data ?set)\b",
    re.IGNORECASE,
)
_EACH: Final = re.compile(
    r"\b(?:each|every one|all) (?:of \w+|file|one|object|key|item|element|entry|record|country)\b",
    re.IGNORECASE,
)
_TALK: Final = re.compile(
    r"\b(?:thanks?|thank you|cheers|regards|hello|hi|hey|team|please|best|bye|asap|let me know|question"
    r"|possible|help|simple|easy|nothing else"
    r"|that's (?:it|all)|that is all|airflow|dag|pipeline|workflow|workdays?|schedule|runs?|daily|hourly"
    r"|time ?zone)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Spoken:
    """What a request asks for."""

    steps: list[SpokenStep]
    settings: SaidSettings
    unread: list[str] = field(default_factory=list)
    """What is asked for and not built, a sentence each."""
    told: list[str] = field(default_factory=list)
    """What was taken for granted."""


def read_spoken(wanted: Wanted) -> Spoken | None:
    """Returns the steps of a request; None where no clause of it does anything.

    Raises:
        InputError: there is no catalogue for the line.
    """
    return _Reader(wanted).read()


class _Reader:
    def __init__(self, wanted: Wanted) -> None:
        line = wanted.airflow
        found = marked(without_typos(_TARGET.sub("", wanted.text)))
        text, assets = _asset_schedule(found)
        self._settings, rest = said_settings(found.with_text(_without_time(_without_cron(text, found))))
        word = "Asset" if names_of(line).is_airflow_3 else "Dataset"
        if assets:
            self._settings.arguments["schedule"] = [Expression(f"{word}({name!r})") for name in assets]
        self._memory = Memory(
            wanted, line, names_of(line), card_index(line), rest, told=list(self._settings.told)
        )
        self._branches = Branches(self._memory)
        self._failures: list[int] = []
        self._pending_failure = ""
        self._pending: Condition | None = None
        self._group = ""
        self._background: Roles | None = None
        self._last_text = ""
        self._each_of_list = False
        self._deferred: set[int] = set()
        self._sentence_of: dict[str, int] = {}
        self._item = ""
        """For which of several things the clauses are read."""

    def read(self) -> Spoken | None:
        """Returns what is asked for."""
        memory = self._memory
        text = with_chains_of_places(with_plain_transfers(with_listed_names(memory.marks.text, memory.marks)))
        text = "\n".join(_TIME_WORDS.sub(" ", line) for line in text.split("\n"))
        text = with_anyway(text)
        memory.marks = memory.marks.with_text(text)
        for region in [mark for mark in memory.marks.marks if mark.kind == "region"][:1]:
            memory.shared["region"] = region.value
        everywhere = roles_of(text, memory.marks, "", 0)
        for role in _SHARED:
            if len(set(everywhere.lists.get(role, ()))) == 1:
                memory.shared[role] = everywhere.said[role]
        found = cut(text)
        self._walk(_with_conditions_first(_reordered(list(found.clauses))), is_free=found.is_free)
        if not memory.steps:
            return None
        self._close()
        return Spoken(memory.steps, self._settings, memory.unread, memory.told)

    # --- the walk over the clauses

    def _walk(self, clauses: Sequence[Clause], *, is_free: bool) -> None:
        """Reads the clauses; those that stand under one "for each of a, b" once for each of these."""
        memory = self._memory
        for each, block in itertools.groupby(clauses, key=lambda clause: clause.each):
            listed = list(block)
            items = self._items(each, listed)
            if not items:
                self._walk_once(listed, is_free=is_free)
                continue
            before, ends = set(memory.frontier), set[int]()
            held = memory.here, memory.pending, memory.result
            for item in items:
                memory.frontier, self._item = set(before), item
                memory.here, memory.pending, memory.result = held
                self._walk_once(listed, is_free=is_free)
                ends |= memory.frontier
            memory.frontier, self._item = ends, ""

    def _walk_once(self, clauses: Sequence[Clause], *, is_free: bool) -> None:
        memory = self._memory
        for run, is_parallel in _runs(clauses):
            before, ends = set(memory.frontier), set[int]()
            for clause in run:
                if len(memory.steps) >= MOST_STEPS:
                    memory.unread.append(f"more than {MOST_STEPS} steps; what comes after them was left out")
                    return
                own = set() if is_free else before if is_parallel else None
                last = self._one_clause(clause, own, is_free=is_free)
                if last is not None and is_parallel:
                    ends |= last
            if is_parallel and ends:
                memory.frontier = ends

    def _one_clause(self, clause: Clause, own: set[int] | None, *, is_free: bool) -> set[int] | None:
        """Reads one clause; returns its last steps, None where it has none."""
        memory = self._memory
        text, rule = split_failure(clause.text)
        condition, text = condition_of(text, memory.marks)
        rule, self._pending_failure = rule or self._pending_failure, ""
        if condition is not None and condition.kind == "arrival":
            self._steps_of(replace(clause, text=condition.words), "")
            last = self._placed(clause, own, rule="", start=len(memory.steps) - 1)
            if not _says_work(text):
                return last
            condition = None
        condition, self._pending = condition or self._pending, None
        if not _says_work(text) and not is_nothing(text):
            self._without_work(text, condition, rule)
            return None
        if _ONLY_SETTINGS.match(text):
            return None
        if re.fullmatch(
            r"(?:it |and |then )*(?:check|poll|run|look|repeat|poke|execute|start|trigger)s?(?: it| again)?",
            text,
            re.IGNORECASE,
        ):
            return None
        if condition is not None:
            if condition.is_else and not is_nothing(text):
                text = self._as_before(text)
            self._branches.decide(condition, text)
            own = None
        if is_nothing(text):
            self._branches.stop()
            return None
        if self._is_of_both(text) or (clause.joint == "end" and self._is_of_earlier(text)):
            return None
        if self._is_background(text):
            return None
        first, taken_back = len(memory.steps), memory.n_taken_back
        self._last_text = text
        clause = replace(clause, text=text)
        self._steps_of(clause, rule)
        first -= memory.n_taken_back - taken_back
        return self._placed(clause, own if not is_free else set(), rule, first)

    def _placed(self, clause: Clause, own: set[int] | None, rule: str, start: int) -> set[int] | None:
        memory = self._memory
        new = list(range(start, len(memory.steps)))
        if not new:
            return None
        if rule == "one_failed":
            self._failures += new
            return None
        last = _connect(memory, new, set(memory.frontier) if own is None else own, clause)
        memory.frontier = self._branches.after(new, last)
        return last

    def _as_before(self, text: str) -> str:
        """Returns "otherwise b.py" as "run b.py", with the verb and the place of the other way."""
        if acts_of(text) or act_of_nouns(text).kind or not self._last_text:
            return text
        last = self._last_text
        marks = self._memory.marks.marks
        for match in MARK.finditer(text):
            kind = marks[int(match[1])].kind
            same = next((m for m in MARK.finditer(last) if marks[int(m[1])].kind == kind), None)
            if same is not None:
                rest = text.replace(match[0], "", 1).strip(" ,")
                return f"{last[: same.start()]}{match[0]}{last[same.end() :]}{', ' if rest else ''}{rest}"
        acts = acts_of(last)
        return f"{last[acts[0].start : acts[0].end]} {text}" if acts else text

    def _is_background(self, text: str) -> bool:
        """Tells whether a clause only says what there is, or what others do: it asks for nothing."""
        memory = self._memory
        named = mentions(text)
        is_there = _THERE_IS.match(text) is not None and not any(a.kind != "move" for a in acts_of(text))
        if not is_there and not _OTHERS_DO.match(text):
            return False
        if any(mention.service.kind == "foreign" for mention in named):
            return False
        roles = roles_of(text, memory.marks, "get", 0)
        self._background = roles
        memory.seen += [mention.service for mention in named]
        place = next((m.service for m in named if m.service.kind in ("store", "files", "sql", "http")), None)
        if place is not None:
            memory.here = place_of(memory, roles, place)
        return True

    def _with_background(self, roles: Roles, text: str) -> None:
        """Adds what an earlier sentence said there is, where a clause speaks of it: "execute it"."""
        held, self._background = self._background, None
        if held is None or not re.search(r"\b(?:it|them|this|that|these)\b", text, re.IGNORECASE):
            self._background = held
            return
        if not any(m.service.kind == "other" for m in roles.named):
            roles.named = (*roles.named, *(m for m in held.named if m.service.kind == "other"))
        for role, value in held.said.items():
            roles.said.setdefault(role, value)

    def _is_of_both(self, text: str) -> bool:
        """Tells whether "both write to BigQuery" says where the steps before put their data: no step."""
        memory = self._memory
        match = _BOTH.match(text)
        service = next((m.service for m in mentions(text) if m.service.kind == "sql"), None)
        ends = [
            n
            for n in sorted(self._branches.ends() or memory.frontier)
            if memory.steps[n].operators == ("@task",)
        ]
        if match is None or service is None or len(ends) < 2:
            return False
        act = Act("query", "query", 0, match.end())
        for n in ends:
            made = (sql_task(memory, text, act, roles_of(text, memory.marks, "put", 0), service) or [])[0]
            step = add_step(memory, made, memory.steps[n].words, act, memory.steps[n].task_id, "")
            memory.steps.pop()
            memory.steps[n].operators, memory.steps[n].arguments = step.operators, step.arguments
            memory.steps[n].call = {}
        memory.result = ""
        return True

    def _is_of_earlier(self, text: str) -> bool:
        """Tells whether "dbt runs with profile prod" says more of a step that is there: no step."""
        memory = self._memory
        named = mentions(text)
        match = _SAYS_MORE.match(text[named[0].end :]) if named and named[0].start < 5 else None
        if match is None:
            return False
        operators = {op.rpartition(".")[2] for row in named[0].service.acts.values() for op in row}
        step = next(
            (s for s in reversed(memory.steps) if s.operators[0].rpartition(".")[2] in operators), None
        )
        if step is None:
            return False
        roles = roles_of(text, memory.marks, "", 0)
        made = add_step(memory, Draft(step.operators, roles), text, Act("", "", 0, 0), "", "")
        memory.steps.pop()
        command = step.arguments.get("bash_command")
        for name, value in made.arguments.items():
            step.arguments.setdefault(name, value)
        own = made.arguments.get("bash_command")
        if isinstance(command, str) and isinstance(own, str) and " --" in own:
            step.arguments["bash_command"] = f"{command} {own[own.index('--') :]}"
        return True

    def _without_work(self, text: str, condition: Condition | None, rule: str) -> None:
        if rule:
            self._pending_failure = rule
        elif condition is not None:
            self._pending = condition
        elif text.strip(" .,") and not _is_small_talk(text) and not _ONLY_SETTINGS.match(text):
            note_unread(self._memory, text)

    def _close(self) -> None:
        """Puts the failure steps at the end, behind everything."""
        memory = self._memory
        self._branches.close()
        for step in memory.steps:
            if self._sentence_of.get(step.task_id) in self._deferred:
                _set(memory, step, "deferrable", True)
        failing = set(self._failures)
        followed = {up for n, step in enumerate(memory.steps) if n not in failing for up in step.after}
        leaves = {n for n in range(len(memory.steps)) if n not in followed and n not in failing}
        for n in self._failures:
            memory.steps[n].after = set(leaves) or set(range(n))
            memory.steps[n].rule = "one_failed"

    # --- the steps of one clause

    def _steps_of(self, clause: Clause, rule: str) -> None:
        memory = self._memory
        plain = memory.marks.plain(clause.text)
        is_deferrable = bool(_DEFER.search(clause.text))
        text = " ".join(_DEFER.sub(" ", clause.text).split())
        if _OUTLET.search(text) and not mentions(text) and (match := _ASSET.search(text)) and memory.steps:
            word = "Asset" if memory.names.is_airflow_3 else "Dataset"
            asset = memory.marks.plain(match["v"] or match["w"])
            memory.steps[-1].arguments["outlets"] = [Expression(f"{word}({asset!r})")]
            return
        acts = acts_of(text)
        if acts and acts[0].is_first and acts[0].start:  # "i want to", "help me", "also" say nothing
            text = text[acts[0].start :]
            acts = acts_of(text)
        act = acts[0] if acts else act_of_nouns(text)
        if act.verb in ("use", "make", "do", "need") and len(acts) > 1:
            act = acts[1]
        roles = roles_of(text, memory.marks, act.kind, act.end if acts else 0)
        self._with_background(roles, text)
        if clause.heading and not roles.named:
            roles.named = tuple(mentions(clause.heading))
        names = names_in(clause.parens, memory.marks)
        names = [] if any(mentions(name) for name in names) else names
        n = n_of(text, names)
        varied, values = varied_role(roles, n)
        by_service = _one_for_each_service(roles, n) if not values else []
        n, names = max(n, len(values)), names if len(names) == max(n, len(values)) else []
        if clause.group != self._group:
            memory.pending, self._group = None, clause.group
        first, taken_back = len(memory.steps), memory.n_taken_back
        for number in range(n):
            own = one_of(roles, varied, values[number]) if varied else roles
            own = by_service[number] if by_service else own
            start = len(memory.steps)
            self._one(text, act, own, rule, names[number] if names else "")
            if n > 1:
                _with_own_files(
                    memory.steps[min(start, len(memory.steps)) :],
                    values[number] if varied else str(number + 1),
                )
        if n > 1:
            memory.pending = None
            clause.is_chain |= varied == "sql" and not clause.is_parallel
        if n > 1 and varied and memory.here is not None:
            memory.here = replace(memory.here, table="", file="")
        for step in memory.steps[first - (memory.n_taken_back - taken_back) :]:
            step.words = plain
            if clause.group and "." not in step.task_id:
                rename(memory, step, f"{step_id(memory.marks.plain(clause.group))}.{step.task_id}")
            if is_deferrable:
                self._deferred.add(clause.sentence)
            self._sentence_of[step.task_id] = clause.sentence
            if self._settings.sensor_timeout_seconds and step.operators[0].endswith("Sensor"):
                _set(memory, step, "timeout", self._settings.sensor_timeout_seconds)
        memory.seen += [mention.service for mention in roles.named]
        if (conn := roles.said.get("connection")) and roles.named:
            memory.connections[roles.named[0].service.key] = conn

    def _items(self, each: tuple[str, str], clauses: Sequence[Clause]) -> list[str]:
        thing, listed = each
        if not listed and thing and any(m.service.kind == "store" for m in mentions(thing)):
            self._one_clause(Clause(f"list the {thing}", sentence=-1), None, is_free=False)
            self._each_of_list = True
            return []
        if not listed:
            if thing and not any(_EACH.search(clause.text) for clause in clauses) and not self._memory.listed:
                self._memory.unread.append(
                    f"which {thing} there are is not said; what is done for each of them is there once"
                )
            return []
        return [
            self._memory.marks.plain(p.strip()) for p in re.split(r",? (?:and|or) |, ?", listed) if p.strip()
        ]

    def _one(self, text: str, act: Act, roles: Roles, rule: str, name: str) -> None:
        """Adds the steps of one clause for one of its objects."""
        memory = self._memory
        found = tasks_of(memory, text, act, replace(roles, said=dict(roles.said)))
        before = len(memory.steps)
        for number, draft in enumerate(found or ()):
            add_step(memory, draft, text, act, name if number == 0 else "", rule)
        if self._each_of_list and memory.listed and len(memory.steps) > before:
            self._map_over_list(memory.steps[before])
        for step in memory.steps[before:]:
            step.rule = rule if rule else step.rule
            if self._item:
                self._with_item(step)

    def _map_over_list(self, step: SpokenStep) -> None:
        """Maps a function over the list that was read before; of an operator it is told that it runs once."""
        memory = self._memory
        if step.operators[0] == "@task" and not step.mapped:
            step.mapped, step.call = {"item": Reference(memory.listed)}, {}
        elif not step.mapped:
            memory.unread.append(
                f"{step.task_id} is to run for each of the list, but which argument takes it is not said"
            )
        memory.listed, self._each_of_list = "", False

    def _with_item(self, step: SpokenStep) -> None:
        """Names the task after the item that it is for, and what it writes too."""
        memory = self._memory
        others = [one.task_id for one in memory.steps if one is not step]
        base = re.sub(r"_[2-9]$", "", step.task_id)
        rename(memory, step, free_id(f"{base}_{step_id(self._item)}", others))
        for name in ("s3_key", "object_name", "filename", "dst", "dest_key", "blob_name"):
            value = step.arguments.get(name)
            if isinstance(value, str) and value:
                stem, dot, ending = value.rpartition(".")
                step.arguments[name] = f"{stem}_{self._item}.{ending}" if dot else f"{value}_{self._item}"
            elif isinstance(value, Placeholder):
                step.arguments[name] = Placeholder(f"{value.name}_{step_id(self._item)}".upper(), value.value)


def _with_own_files(steps: Sequence[SpokenStep], of: str) -> None:
    """Gives each of several tasks of one clause a marked file of its own."""
    for step in steps:
        for name, value in step.arguments.items():
            if isinstance(value, Placeholder) and value.name.endswith(("_FILE", "_URI")):
                step.arguments[name] = Placeholder(f"{value.name}_{step_id(of)}".upper(), value.value)


def _one_for_each_service(roles: Roles, n: int) -> list[Roles]:
    """Returns the roles for each of several services: "two tasks reading from the api and postgres"."""
    named = [mention for mention in roles.named if mention.service.kind not in ("other", "notify", "foreign")]
    if n < 2 or len(named) != n or (roles.source and roles.target):
        return []
    done = []
    for mention in named:
        place = replace(
            roles.source or roles.target or roles.object_place or Place(), service=mention.service
        )
        done.append(
            replace(
                roles,
                said=dict(roles.said),
                named=(mention,),
                source=place if roles.source else None,
                target=place if roles.target else None,
                object_place=place if not (roles.source or roles.target) else None,
            )
        )
    return done


def _without_cron(text: str, found: Marked) -> str:
    return MARK.sub(lambda m: ", " if found.marks[int(m[1])].kind in ("cron", "zone") else m[0], text)


def _without_time(text: str) -> str:
    """Returns the text without the words that say when the DAG runs."""
    if (said := spoken_schedule(text)) is None:
        return without_schedule(text)
    for start, end in reversed(said.spans):
        text = f"{text[:start]}, {text[end:]}"
    return _PRESETS.sub(", ", text)


def _asset_schedule(found: Marked) -> tuple[str, list[str]]:
    """Returns the text without the words that make the DAG run on assets, and the names of these."""
    match = _ASSET_SCHEDULE.search(found.text)
    if match is None or _OUTLET.search(match[0]):
        return found.text, []
    plain = found.plain(match["v"] or match["w"])
    names = [name.strip() for name in re.split(r",\s*|\s+and\s+|\s+or\s+", plain) if name.strip()]
    return f"{found.text[: match.start()]}, {found.text[match.end() :]}", names


def _set(memory: Memory, step: SpokenStep, name: str, value: Value) -> None:
    found = operator_class(step.operators[0], memory.names)
    if found is not None and name in found.init.by_keyword:
        step.arguments[name] = value


def _connect(memory: Memory, new: Sequence[int], own: set[int], clause: Clause) -> set[int]:
    """Sets what new steps come after; returns the last ones."""
    steps = memory.steps
    inner = {n for n in new if steps[n].after}
    is_belonging = (
        len(new) > 1
        and any(steps[n].call or steps[n].code for n in new[1:])
        and len({steps[n].operators for n in new}) > 1
    )
    if clause.is_chain or is_belonging:
        for earlier, later in itertools.pairwise(new):
            steps[later].after.add(earlier)
        steps[new[0]].after |= own
        return {new[-1]}
    for n in new:
        if n not in inner:
            steps[n].after |= own
    followed = {up for n in new for up in steps[n].after}
    return {n for n in new if n not in followed}


def _runs(clauses: Sequence[Clause]) -> list[tuple[list[Clause], bool]]:
    """Returns the clauses in runs that stand side by side, with whether they run at the same time."""
    runs: list[list[Clause]] = []
    for clause in clauses:
        is_new = clause.joint != "weak" or not runs or clause.sentence != runs[-1][-1].sentence
        starts_parallel = (
            clause.is_parallel
            and clause.joint in ("end", "item")
            and bool(runs)
            and not _own_parallel(clause)
        )
        is_over = len(runs[-1]) > 1 and runs[-1][-1].is_parallel and not clause.is_parallel if runs else False
        other_group = bool(clause.group) and bool(runs) and clause.group != runs[-1][-1].group
        if (is_new and not starts_parallel) or is_over or other_group:
            runs.append([clause])
        else:
            runs[-1].append(clause)
    done = []
    for run in runs:
        flags = [clause.is_parallel for clause in run]
        is_parallel = len(run) > 1 and (flags[-1] or (flags[0] and not _own_parallel(run[0])))
        done.append((run, is_parallel))
    return done


def _own_parallel(clause: Clause) -> bool:
    """True where "in parallel" is about several objects of one clause."""
    return (
        n_of(clause.text, []) > 1
        or bool(re.search(r"\band\b|, ", clause.text))
        or len(MARK.findall(clause.text)) > 1
    )


_BEFORE_THAT: Final = re.compile(
    r"^(?:and |but )?(?:before (?:that|this|it)|prior to (?:that|this)|beforehand)[ ,]*", re.IGNORECASE
)


def _reordered(clauses: list[Clause]) -> list[Clause]:
    """Puts a clause with "after" before the one that it follows; drops one that names an earlier step."""
    done: list[Clause] = []
    for sentence, listed in itertools.groupby(clauses, key=lambda clause: clause.sentence):
        block = list(listed)
        match = _BEFORE_THAT.match(block[0].text)
        if match is not None and done and sentence:
            block[0].text = block[0].text[match.end() :]
            block[0].joint, done[-1].joint = done[-1].joint, "then"
            done[-1:] = [*block, done[-1]]
            continue
        done += block
    clauses, done = done, []
    for clause in clauses:
        if clause.joint != "after" or not done:
            done.append(clause)
            continue
        named = {mention.service.key for mention in mentions(clause.text)}
        earlier = {mention.service.key for one in done[:-1] for mention in mentions(one.text)}
        acts = acts_of(clause.text)
        words = {word.lower() for word in re.findall(r"[A-Za-z]{4,}", clause.text)}
        is_known = bool(done[:-1]) and (
            (named and named <= earlier)
            or (not named and words and any(words & set(one.text.lower().split()) for one in done[:-1]))
        )
        is_vague = not named and not MARK.search(clause.text) and not acts
        if is_known or is_vague:
            continue
        last = done[-1]
        clause.joint, last.joint = last.joint, "then"
        clause.sentence = last.sentence
        done.insert(-1, clause)
    return done


def _with_conditions_first(clauses: list[Clause]) -> list[Clause]:
    """Puts a condition that stands at the end of a sentence before the clause that it is about."""
    done: list[Clause] = []
    for number, clause in enumerate(clauses):
        follows = clauses[number + 1] if number + 1 < len(clauses) else None
        is_last = follows is None or follows.sentence != clause.sentence
        is_condition = _TAIL.match(clause.text) and not _GATE_WITH_WORK.search(clause.text)
        if done and is_last and is_condition and done[-1].sentence == clause.sentence:
            done[-1].text = f"{clause.text}, {done[-1].text}"
            continue
        done.append(clause)
    return done


_TAIL: Final = re.compile(r"^(?:but |and )?(?:only (?:if|when)|if|unless|provided)\b", re.IGNORECASE)
_GATE_WITH_WORK: Final = re.compile(
    r"\b(?:then|do|run|send|stop|skip|start|delete|notify|load|copy|trigger|email|tell|alert|call)\b"
    r"|\b(?:fail|error|break)",
    re.IGNORECASE,
)


def _says_work(text: str) -> bool:
    """Tells whether a piece of text asks for something to be done."""
    return bool(
        acts_of(text)
        or act_of_nouns(text).kind
        or mentions(text)
        or terms_of(MARK.sub(" ", text)).products
        or _EMPTY_STEP.search(text)
        or (MARK.search(text) and len(text.split()) <= 6)
    )


_EMPTY_STEP: Final = re.compile(r"\b(?:dummy|empty|placeholder|join|start|end|no-?op)\b", re.IGNORECASE)


def _is_small_talk(text: str) -> bool:
    words = re.findall(r"[a-z']+", MARK.sub(" ", text).lower())
    return not MARK.search(text) and (len(words) <= 1 or bool(_TALK.search(text)))
