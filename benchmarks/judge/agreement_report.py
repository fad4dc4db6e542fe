"""Counts of how the judge's verdicts and a real Airflow's agree, and their printed form."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from expected_rule import expected_rule, first_rule
from labelled import Graphs, Labelled

from airflownet.judge.rules.registry import all_rules
from airflownet.judge.verdict import load_violations
from airflownet.records import Verdict

_SYNTAX = ("SyntaxError", "IndentationError", "TabError")
_OUTCOMES = ("loads", "fails", "unknown")


@dataclass
class Tally:
    """What was counted; the keys of ``outcomes`` and ``rules`` are (Airflow, judge)."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    unscored: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    graphs: Counter[bool] = field(default_factory=Counter)
    reasons: Counter[bool] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def add(self, row: Labelled, verdict: Verdict) -> None:
        truth, ours = "loads" if row.loads else "fails", verdict.outcome.value
        if not row.scored:
            self.unscored[truth, ours] += 1
            return
        self.outcomes[truth, ours] += 1
        wanted = "" if row.loads else expected_rule(row.error)
        said = first_rule(verdict) if ours == "fails" else ""
        self.rules[wanted, said] += 1
        same = same_reason(verdict, row.error)
        if truth == ours == "loads":
            self.graphs[same_graph(verdict, row.graphs)] += 1
        elif truth == ours:
            self.reasons[same] += 1
        if truth != ours or (ours == "fails" and not (same and wanted == said)):
            error = (row.error.strip().splitlines() or [""])[-1]
            airflow, judge = f"{truth} {wanted} {error[:110]}", f"{ours} {said} {verdict.reason[:110]}"
            self.disagreements.append(f"{row.id}: Airflow {airflow} | judge {judge}")
        elif truth == ours == "loads" and not same_graph(verdict, row.graphs):
            self.disagreements.append(f"{row.id}: the graphs differ")

    def merge(self, other: Tally) -> None:
        for mine, theirs in (
            (self.outcomes, other.outcomes),
            (self.unscored, other.unscored),
            (self.rules, other.rules),
        ):
            mine.update(theirs)
        self.graphs.update(other.graphs)
        self.reasons.update(other.reasons)
        self.disagreements += other.disagreements


def same_reason(verdict: Verdict, error: str) -> bool:
    """Whether our first load violation names what Airflow's error names."""
    violations = load_violations(verdict)
    ours = f"{verdict.reason} {violations[0].message if violations else ''}"
    last = error.strip().splitlines()[-1] if error.strip() else ""
    if not last or last == "no DAG in the file":
        return "no DAG" in ours
    if any(name in last for name in _SYNTAX):
        return any(name in ours for name in _SYNTAX)
    quoted = re.findall(r"['`]([^'`]+)['`]", last)
    return (quoted[0] if quoted else last.split(":")[0]) in ours


def same_graph(verdict: Verdict, graphs: Graphs) -> bool:
    ours = {dag.dag_id: (list(dag.tasks), [list(edge) for edge in dag.edges]) for dag in verdict.dags}
    return ours == graphs


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" + (f" ({part / whole:.1%})" if whole else "")


def print_tally(title: str, tally: Tally, show: int = 0) -> None:
    """Prints the confusion table and the shares."""
    table = tally.outcomes
    agree = sum(count for (truth, ours), count in table.items() if truth == ours)
    print(f"\n{title}: {_share(agree, table.total())} agree; not scored {tally.unscored.total()}")
    print("  Airflow says \\ judge says" + "".join(f"{ours:>9}" for ours in _OUTCOMES))
    for truth in ("loads", "fails"):
        print(f"  {truth:<25}" + "".join(f"{table[truth, ours]:>9}" for ours in _OUTCOMES))
    said = sum(count for (_, ours), count in table.items() if ours == "loads")
    real = sum(count for (truth, _), count in table.items() if truth == "loads")
    hits = table["loads", "loads"]
    print(f"  loads: precision {_share(hits, said)}, recall {_share(hits, real)}")
    print(f"  task ids and edges equal: {_share(tally.graphs[True], tally.graphs.total())}")
    print(f"  same reason: {_share(tally.reasons[True], tally.reasons.total())}")
    for line in tally.disagreements[:show]:
        print("   -", line.replace("\n", " "))


def print_rules(tally: Tally) -> None:
    """Prints precision and recall of each load rule as the reason why a file fails."""
    names = {rule.code: rule.name for rule in all_rules()}
    print("  rule                         precision            recall")
    for code in sorted({code for pair in tally.rules for code in pair if code}):
        hits = tally.rules[code, code]
        said = sum(count for (_, ours), count in tally.rules.items() if ours == code)
        real = sum(count for (truth, _), count in tally.rules.items() if truth == code)
        print(f"  {code} {names.get(code, ''):<21} {_share(hits, said):<20} {_share(hits, real)}")
