"""The sample browser in a real browser where there is one, and the data that it is given."""

import base64
import gzip
import json
import re
import shutil
import subprocess

import pytest

from airflownet.evaluation.sample_browser.operators_used import operators_used
from airflownet.records import Verdict
from airflownet.tables import read_table

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# The page lets no script of a test run; what it must do is said where the page's own script ends.
DRIVER = """
const told = [], see = (name, value) => told.push([name, value]);
unpacked(document.getElementById("browser-data").textContent).then((data) => {
  const at = (id) => document.getElementById("browser-" + id);
  const choose = (id, value) => { at(id).value = value; at(id).dispatchEvent(new Event("change")); };
  const count = () => at("count").textContent;
  start(data);
  see("all", count());
  see("items", document.querySelectorAll("#browser-list li").length);
  choose("difference", "only-1"); see("only tuned", count());
  choose("difference", "some"); choose("outcome", "missing"); see("nothing", count());
  at("clear").click(); choose("model", "1"); choose("outcome", "missing"); see("missing", count());
  at("clear").click(); choose("model", "2"); choose("operator", "EmptyOperator"); see("operator", count());
  at("clear").click(); choose("rule", "AFN001"); see("rule", count());
  at("clear").click(); at("text").value = "ALERT <b>7</b>"; choose("outcome", ""); see("search", count());
  at("clear").click(); choose("right", "2"); at("diff").click();
  const all = (selector) => [...document.querySelectorAll(selector)];
  const panes = all(".pane pre.code").map((pane) => pane.querySelectorAll(".line").length);
  see("aligned", panes[0] === panes[1]);
  see("graph", document.querySelectorAll(".pane.ground_truth svg g").length);
  document.getElementById("browser-list").dispatchEvent(new KeyboardEvent("keydown", { key: "End" }));
  const pairs = [["a", "1"], ["b", "2"]].map((p) => [element("dt", {}, p[0]), element("dd", {}, p[1])]);
  see("nested", element("dl", {}, pairs).outerHTML);
  see("last", document.querySelector(".place span").textContent);
  see("elements", all("#browser-detail b, #browser-detail script, #browser-detail img").length);
  see("hostile", all("#browser-detail blockquote")[0].textContent.includes("<script>alert('x')"));
  see("diff", JSON.stringify(alignedLines(["a", "b", "c"], ["a", "x", "y", "c", "d"])));
  see("visible", visible("a\\u202eb"));
  const lines = highlighted('x = \"\"\"a\\nb\"\"\"\\n# c');
  see("strings", JSON.stringify(lines.map((line) => line.map((token) => token[0]))));
}).catch((error) => see("error", String(error))).finally(() => {
  document.body.append(element("pre", { id: "told" }, JSON.stringify(told)));
});
"""
EXPECTED = {
    "all": "12 of 12 prompts",
    "items": 12,
    "only tuned": "5 of 12 prompts",
    "nothing": "0 of 12 prompts",
    "missing": "1 of 12 prompts",
    "operator": "12 of 12 prompts",
    "rule": "10 of 12 prompts",
    "search": "1 of 12 prompts",
    "aligned": True,
    "graph": 2,
    "nested": "<dl><dt>a</dt><dd>1</dd><dt>b</dt><dd>2</dd></dl>",
    "last": "12 of 12",
    "elements": 0,
    "hostile": True,
    "diff": "[[0,0],[1,1],[-1,2],[2,3],[-1,4]]",
    "visible": "a⟨U+202E⟩b",
    "strings": '[["","string"],["string"],["comment"]]',
}


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH")
def test_the_browser_filters_searches_compares_and_draws(finished_run, tmp_path):
    page = (finished_run / "evaluation" / "report.html").read_text(encoding="utf-8")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    start = page.index('if (location.hash.startsWith("#sample=")')
    driven = tmp_path / "driven.html"
    driven.write_text(page[:start] + DRIVER + page[page.index("})();", start) :], encoding="utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--timeout=60000", "--dump-dom"]
    for _ in range(5):  # Chromium tells the page when it is loaded, which may be before the data are unpacked
        done = subprocess.run(
            [*command, driven.as_uri()], capture_output=True, text=True, timeout=120, check=True
        )
        told = re.search(r'<pre id="told">(.*?)</pre>', done.stdout)
        if told:
            break
    assert told, done.stdout[-2000:]
    text = told[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert dict(json.loads(text)) == EXPECTED


def test_the_data_holds_every_answer_and_the_table_every_verdict(finished_run):
    page = (finished_run / "evaluation" / "report.html").read_text(encoding="utf-8")
    text = re.search(r'id="browser-data">([A-Za-z0-9+/=]+)<', page)[1]
    data = json.loads(gzip.decompress(base64.b64decode(text)))
    assert [model["id"] for model in data["models"]] == ["base", "tuned", "ground_truth"]
    answers = [answer for sample in data["samples"] for answer in sample["a"]]
    assert len(answers) == 36
    n_missing = sum(answer["o"] == "missing" for answer in answers)
    verdicts = list(read_table(finished_run / "evaluation" / "verdicts.parquet", Verdict))
    assert len(verdicts) == 36 - n_missing


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("x = EmptyOperator(task_id='a')", ("EmptyOperator",), id="call"),
        pytest.param("FileSensor.partial (\n  a=1", ("FileSensor",), id="partial-in-a-broken-file"),
        pytest.param("@task.branch\ndef f(): ...\n  @task\n", ("@task", "@task.branch"), id="decorators"),
        pytest.param("from x import BashOperator\nclass MyOperator: ...", (), id="not-called"),
    ],
)
def test_operators_are_those_that_are_called(code, names):
    assert operators_used(code) == names
