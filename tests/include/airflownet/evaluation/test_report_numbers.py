"""Every number of the report, recomputed from results.parquet without the product's own code."""

import math
import re
from collections import Counter
from html.parser import HTMLParser

import pyarrow.parquet as pq
import pytest

MODELS = {"base": "Base", "tuned": "Fine-tuned", "ground_truth": "Ground truth"}
OUTCOMES = ("loads", "fails", "unknown", "missing")
Z = 1.959963984540054


class Cells(HTMLParser):
    """Text of every element with data-cell or data-rate."""

    def __init__(self):
        super().__init__()
        self.cells, self._open = {}, []

    def handle_starttag(self, tag, attrs):
        if tag not in ("br", "img", "meta", "source"):
            named = dict(attrs)
            self._open.append(named.get("data-cell") or named.get("data-rate"))

    def handle_endtag(self, tag):
        self._open.pop()

    def handle_data(self, data):
        for name in self._open:
            if name:
                self.cells[name] = (self.cells.get(name, "") + " " + data.strip()).strip()


@pytest.fixture(scope="module")
def rows(finished_run):
    return pq.read_table(finished_run / "evaluation" / "results.parquet").to_pylist()


@pytest.fixture(scope="module")
def cells(finished_run):
    parser = Cells()
    parser.feed((finished_run / "evaluation" / "report.html").read_text())
    return parser.cells


def wilson(k, n):
    centre, half = k / n + Z * Z / (2 * n), Z * math.sqrt(k / n * (1 - k / n) / n + Z * Z / (4 * n * n))
    return (centre - half) / (1 + Z * Z / n), (centre + half) / (1 + Z * Z / n)


def numbers(text):
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]


def expected_rate(k, n):
    return 100 * k / n, k, n


def assert_rate(text, k, n):
    share, low, high, count, total = numbers(text)
    assert (share, count, total) == (pytest.approx(100 * k / n, abs=0.051), k, n)
    wilson_low, wilson_high = wilson(k, n)
    assert low <= 100 * max(0, wilson_low) + 0.051
    assert high >= 100 * min(1, wilson_high) - 0.051
    assert low <= share <= high


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_outcome_cells(rows, cells, model, outcome):
    mine = [row for row in rows if row["model"] == model]
    assert_rate(cells[f"{model}:{outcome}"], sum(row["outcome"] == outcome for row in mine), len(mine))


@pytest.mark.parametrize("model", MODELS)
def test_violation_cells(rows, cells, model):
    mine = [row for row in rows if row["model"] == model]
    codes = {code for row in rows for code in row["codes"]}
    assert codes
    for code in codes:
        assert_rate(cells[f"{model}:{code}"], sum(code in row["codes"] for row in mine), len(mine))


def test_pairs_and_difference(rows, cells):
    loads = {(row["sample_id"], row["model"]): row["outcome"] == "loads" for row in rows}
    ids = sorted({row["sample_id"] for row in rows})
    counts = Counter((loads[i, "tuned"], loads[i, "base"]) for i in ids)
    assert int(cells["pairs:both"]) == counts[True, True]
    assert int(cells["pairs:tuned"]) == counts[True, False]
    assert int(cells["pairs:base"]) == counts[False, True]
    assert int(cells["pairs:neither"]) == counts[False, False]
    difference = 100 * (counts[True, False] - counts[False, True]) / len(ids)
    assert numbers(cells["difference"])[0] == pytest.approx(abs(difference), abs=0.051)


def test_markdown_and_terminal_show_the_same_rates(rows, finished_run):
    from airflownet.evaluation.summary import read_summary
    from airflownet.evaluation.terminal_table import terminal_table

    markdown = (finished_run / "evaluation" / "report.md").read_text()
    table = terminal_table(read_summary(finished_run / "evaluation" / "summary.json"))
    for model, name in MODELS.items():
        mine = [row for row in rows if row["model"] == model]
        counts = [sum(row["outcome"] == outcome for row in mine) for outcome in OUTCOMES]
        line = next(line for line in markdown.splitlines() if line.startswith(f"| {name} |"))
        for cell, k in zip(line.split("|")[2:6], counts, strict=True):
            assert_rate(cell, k, len(mine))
        shown = next(line for line in table.splitlines() if line.strip().startswith(name + " "))
        assert numbers(shown)[0] == pytest.approx(100 * counts[0] / len(mine), abs=0.051)
        assert numbers(shown)[3:] == [*counts, len(mine)]


def test_the_summary_follows_from_the_results(finished_run):
    from airflownet.evaluation.result_statistics import result_statistics
    from airflownet.evaluation.statistics.proportion import IntervalSettings
    from airflownet.evaluation.summary import read_summary
    from airflownet.records import JudgedSample
    from airflownet.tables import read_table

    summary = read_summary(finished_run / "evaluation" / "summary.json")
    rows = list(read_table(finished_run / "evaluation" / "results.parquet", JudgedSample))
    settings = IntervalSettings(summary.confidence, summary.n_resamples, summary.seed)
    again = result_statistics(rows[::-1], settings=settings, n_strata=len(summary.statistics.strata))
    assert again == summary.statistics
