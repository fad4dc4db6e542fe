// One prompt: the request, and two of its answers side by side.

const view = { left: 0, right: 1, differences: false };

function answerSelect(data, sample, side, redraw) {
  const select = element("select", { id: "browser-" + side, on: { change: () => { view[side] = Number(select.value); redraw(side); } } });
  sample.a.forEach((answer, index) => select.append(element("option", { value: index }, answerName(data, answer))));
  select.value = Math.min(view[side], sample.a.length - 1);
  return element("label", {}, side === "left" ? "Left" : "Right", select);
}

function promptView(data, sample, place, total, step, redraw) {
  const [left, right] = ["left", "right"].map((side) => sample.a[Math.min(view[side], sample.a.length - 1)]);
  const lines = [left, right].map((answer) => highlighted(answer.c));
  let rows = lines.map((side) => side.map((_, index) => index)), differing = [null, null];
  if (view.differences) {
    const aligned = alignedLines(linesOf(left.c), linesOf(right.c));
    rows = [aligned.map((row) => row[0]), aligned.map((row) => row[1])];
    const texts = [linesOf(left.c), linesOf(right.c)];
    differing = [0, 1].map((side) => new Set(aligned
      .filter(([a, b]) => a < 0 || b < 0 || texts[0][a].trimEnd() !== texts[1][b].trimEnd())
      .map((row) => row[side])));
  }
  const toggle = element("input", { type: "checkbox", id: "browser-diff", checked: view.differences, on: {
    change: () => { view.differences = toggle.checked; redraw("diff"); } } });
  const panes = element("div", { class: "panes" + (view.differences ? " with-differences" : "") },
    answerPane(data, left, lines[0], rows[0], differing[0], "left"),
    answerPane(data, right, lines[1], rows[1], differing[1], "right"));
  const code = panes.querySelectorAll("pre.code");
  if (view.differences && code.length === 2) keepTogether(code[0], code[1]);
  return [
    element("div", { class: "place" },
      element("button", { type: "button", on: { click: () => step(-1) }, disabled: place === 0 }, "Previous"),
      element("span", {}, `${place + 1} of ${total}`),
      element("button", { type: "button", on: { click: () => step(1) }, disabled: place === total - 1 }, "Next"),
      element("a", { href: "#browser-list", class: "back" }, "Back to the list")),
    element("h3", {}, "Request"),
    element("blockquote", { tabindex: "0" }, visible(sample.q)),
    element("p", { class: "muted facts" }, visible([
      `Sample ${sample.id}`, sample.airflow && `Airflow ${sample.airflow}`, sample.source && `real file: ${sample.source}`, `family ${sample.family}`,
    ].filter(Boolean).join(" · "))),
    element("div", { class: "choose" },
      answerSelect(data, sample, "left", redraw), answerSelect(data, sample, "right", redraw),
      element("label", { class: "check" }, toggle, "Show differences")),
    panes,
  ];
}

function keepTogether(one, other) {
  const follow = (leader, follower) => leader.addEventListener("scroll", () => {
    if (follower.scrollTop !== leader.scrollTop) follower.scrollTop = leader.scrollTop;
  }, { passive: true });
  follow(one, other);
  follow(other, one);
}
