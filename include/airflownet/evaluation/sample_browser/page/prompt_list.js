// The list of prompts: as many as fit are made at once, the rest when they come into sight.

const ITEMS_AT_ONCE = 60;

function listItem(data, sample, open) {
  const marks = sample.a.map((answer) => element("span", {
    class: "mark " + answer.o, title: `${answerName(data, answer)}: ${answer.o}`,
  }, element("span", { class: "sr" }, `${answerName(data, answer)}: ${answer.o}. `), element("span", { "aria-hidden": "true" }, SIGNS[answer.o] || "")));
  return element("li", { role: "option", id: "prompt-" + sample.id, "aria-selected": "false", on: { click: () => open(sample, true) } },
    element("span", { class: "request" }, visible(sample.q.slice(0, 180))), element("span", { class: "all-marks" }, marks));
}

function promptList(data, list, open) {
  let shown = [], made = 0;
  const make = (upTo) => {
    while (made < Math.min(upTo, shown.length)) list.append(listItem(data, shown[made++], open));
  };
  list.addEventListener("scroll", () => {
    if (list.scrollTop + list.clientHeight > list.scrollHeight - 400) make(made + ITEMS_AT_ONCE);
  }, { passive: true });
  return {
    show(samples) {
      shown = samples;
      made = 0;
      list.replaceChildren();
      list.scrollTop = 0;
      make(ITEMS_AT_ONCE);
    },
    select(sample) {
      make(shown.indexOf(sample) + 5);
      for (const old of list.querySelectorAll('[aria-selected="true"]')) old.setAttribute("aria-selected", "false");
      const item = document.getElementById("prompt-" + sample.id);
      if (!item) return;
      item.setAttribute("aria-selected", "true");
      list.setAttribute("aria-activedescendant", item.id);
      const top = item.offsetTop - list.offsetTop;
      if (top < list.scrollTop) list.scrollTop = top;
      else if (top + item.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + item.offsetHeight - list.clientHeight;
    },
  };
}
