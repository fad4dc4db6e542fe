// One answer: how far it came, what the judge found and where, its graphs, its code.

const SIGNS = { loads: "✓", fails: "✗", unknown: "?", missing: "–" };
const FRAMES_AT_FIRST = 4;
const KNOWN = ["base", "tuned", "ground_truth"]; // those with a colour of their own

// "asked for" is a gate only where it was measured at all.
function gatePath(data, answer) {
  data.gates ??= data.samples.some((sample) => sample.a.some((one) => one.gate === "asked for")) ? 7 : 6;
  const names = GATES.slice(1, data.gates);
  const reached = GATES.indexOf(answer.gate);
  return element("ol", { class: "gates", "aria-label": "How far the answer comes" }, names.map((name, index) => {
    const state = index < reached ? "passed" : index === reached ? "stopped" : "after";
    const words = { passed: "passed", stopped: "not passed", after: "not reached" };
    return element("li", { class: state }, element("span", { class: "sr" }, words[state] + ": "), name);
  }));
}

function codeFrame(lines, line, column) {
  const shown = element("pre", { class: "frame" });
  for (let number = Math.max(1, line - 1); number <= Math.min(lines.length, line + 1); number += 1) {
    shown.append(element("span", { class: "line" + (number === line ? " marked" : ""), "data-n": number }, pieces(lines[number - 1]), "\n"));
    if (number === line && column) {
      const before = lines[number - 1].map((token) => token[1]).join("").slice(0, column - 1).replace(/[^\t]/g, " ");
      shown.append(element("span", { class: "line caret", "data-n": "", "aria-hidden": "true" }, before, "^\n"));
    }
  }
  return shown;
}

function findings(answer, lines, rules, jump) {
  const found = answer.v || [];
  if (!found.length) return answer.r ? element("p", { class: "reason" }, visible(answer.r)) : null;
  const order = { load: 0, run: 1, deprecated: 2, practice: 3 };
  const sorted = [...found].sort((a, b) => (order[a[1]] - order[b[1]]) || (a[3] - b[3]));
  const item = ([code, severity, message, line, column]) => element("li", {},
    element("p", {},
      element("strong", { title: rules[code] || "" }, code), " ",
      element("span", { class: "severity " + severity }, severity), " ",
      line ? element("button", { type: "button", class: "link", on: { click: () => jump(line) } }, "line " + line) : "whole file",
      ": ", visible(message)),
    line && line <= lines.length ? codeFrame(lines, line, column) : null);
  const list = element("ul", { class: "findings" }, sorted.slice(0, FRAMES_AT_FIRST).map(item));
  const rest = sorted.slice(FRAMES_AT_FIRST);
  if (!rest.length) return list;
  const hidden = (answer.nv || found.length) - found.length;
  const more = element("button", { type: "button", class: "link", on: { click: () => {
    more.remove();
    list.append(...rest.map(item));
    if (hidden > 0) list.append(element("li", {}, `and ${hidden} more in verdicts.parquet`));
  } } }, `Show ${rest.length + Math.max(0, hidden)} more`);
  return element("div", {}, list, more);
}

// rows: the lines to show, -1 for a gap; differing: those without an equal in the other answer.
function codeBlock(answer, lines, rows, differing, name) {
  if (!answer.c.trim()) return element("p", { class: "muted" }, answer.o === "missing" ? "There is no answer." : "No code in this answer.");
  const marked = new Set((answer.v || []).map((violation) => violation[3]));
  const block = element("pre", { tabindex: "0", class: "code", "aria-label": "Code of " + name });
  for (const row of rows) {
    if (row < 0) { block.append(element("span", { class: "line gap", "data-n": "" }, "\n")); continue; }
    const classes = ["line", marked.has(row + 1) && "marked", differing && differing.has(row) && "differs"].filter(Boolean);
    block.append(element("span", { class: classes.join(" "), "data-n": row + 1 }, pieces(lines[row]), "\n"));
  }
  return block;
}

function folded(text) {
  return text.length < 130 ? text
    : element("details", {}, element("summary", {}, text.slice(0, 90) + " …"), text);
}

function answerPane(data, answer, lines, rows, differing, side) {
  const model = data.models[answer.m], name = answerName(data, answer);
  const code = codeBlock(answer, lines, rows, differing, name);
  const jump = (line) => {
    const target = code.querySelector(`[data-n="${line}"]`);
    if (target) { code.scrollTop = target.offsetTop - code.offsetTop - 60; code.focus(); }
  };
  const facts = [];
  if (answer.t) facts.push(answer.t.toLocaleString("en") + " tokens");
  if (answer.limit) facts.push("cut at the token limit");
  if (lines.length) facts.push(lines.length + (lines.length === 1 ? " line" : " lines"));
  return element("section", { class: `pane ${KNOWN.includes(model.id) ? model.id : "other"} ${side}`, "aria-label": name },
    element("h4", {}, name, element("span", { class: "badge " + answer.o }, (SIGNS[answer.o] || "") + " " + answer.o)),
    gatePath(data, answer),
    element("p", { class: "muted facts" }, facts.join(" · ")),
    answer.marks ? element("dl", { class: "marks" }, Object.entries(answer.marks).map(([key, value]) =>
      [element("dt", {}, visible(key)), element("dd", {}, folded(visible(value)))])) : null,
    findings(answer, lines, data.rules, jump),
    (answer.g || []).map((index) => drawing(data.graphs[index])),
    (answer.undrawn || []).map((told) => element("p", { class: "muted" }, "Too large to draw: " + visible(told))),
    code,
    answer.cut ? element("p", { class: "muted" }, answer.cut.toLocaleString("en") + " more characters in results.parquet.") : null);
}

function answerName(data, answer) {
  return data.models[answer.m].name + (answer.k ? ` (answer ${answer.k + 1})` : "");
}
