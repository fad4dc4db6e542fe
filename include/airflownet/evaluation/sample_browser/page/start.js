// Reads the data when the browser comes into sight, and ties list, filters and view together.

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function options(id, any, entries) {
  const select = document.getElementById(id);
  select.replaceChildren(element("option", { value: "" }, any), ...entries.map(([value, label]) => element("option", { value }, label)));
  select.closest("label").hidden = entries.length === 0;
}

function counted(samples, of) {
  const counts = new Map();
  for (const sample of samples) for (const name of new Set(sample.a.flatMap(of))) counts.set(name, (counts.get(name) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function start(data) {
  const at = (id) => document.getElementById(id);
  const ways = differences(data.models);
  const list = at("browser-list"), detail = at("browser-detail");
  let shown = data.samples, current = null;

  const writers = data.models.map((model, index) => [String(index), model.name]);
  options("browser-outcome", "Any outcome", counted(data.samples, (a) => [a.o]).map(([name, n]) => [name, `${name} (${n})`]));
  options("browser-model", "Any model", writers);
  options("browser-rule", "Any rule", counted(data.samples, (a) => (a.v || []).map((v) => v[0])).map(([code, n]) =>
    [code, `${code} ${data.rules[code] || ""} (${n})`]));
  options("browser-operator", "Any operator", counted(data.samples, (a) => a.ops || []).map(([name, n]) => [name, `${name} (${n})`]));
  options("browser-difference", "Any", ways.map((way) => [way.value, `${way.label} (${data.samples.filter(way.holds).length})`]));

  const items = promptList(data, list, open);

  function open(sample, byHand) {
    current = sample;
    draw();
    items.select(sample);
    if (byHand) {
      try { history.replaceState(null, "", "#sample=" + encodeURIComponent(sample.id)); } catch { /* a framed page may have no history */ }
      if (matchMedia("(max-width: 56rem)").matches) detail.scrollIntoView();
    }
  }
  function draw(focus) {
    if (!current) {
      detail.replaceChildren(element("p", { class: "muted" }, "No prompt matches. Take a filter away."));
      return;
    }
    const place = shown.indexOf(current);
    detail.replaceChildren(...promptView(data, current, place, shown.length, step, draw));
    if (focus) at("browser-" + focus).focus();
  }
  function step(by) {
    const next = shown[Math.max(0, Math.min(shown.length - 1, shown.indexOf(current) + by))];
    if (next) open(next, true);
  }
  function filter() {
    const value = (id) => at("browser-" + id).value;
    shown = matching(data, {
      text: value("text"), outcome: value("outcome"), model: value("model"), rule: value("rule"),
      operator: value("operator"), difference: value("difference"),
    }, ways);
    at("browser-count").textContent = `${shown.length.toLocaleString("en")} of ${data.samples.length.toLocaleString("en")} prompts`;
    items.show(shown);
    if (shown.includes(current)) open(current);
    else if (shown.length) open(shown[0]);
    else { current = null; draw(); }
  }

  let waiting = 0;
  at("browser-text").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 150); });
  for (const name of ["outcome", "model", "rule", "operator", "difference"]) at("browser-" + name).addEventListener("change", filter);
  at("browser-clear").addEventListener("click", () => {
    for (const name of ["text", "outcome", "model", "rule", "operator", "difference"]) at("browser-" + name).value = "";
    filter();
  });
  const page = () => Math.max(1, Math.floor(list.clientHeight / 64));
  list.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page(), PageUp: -page(), Home: -Infinity, End: Infinity }[event.key];
    if (event.key === "Enter") detail.focus();
    else if (by === undefined) return;
    else step(Math.max(-shown.length, Math.min(shown.length, by)));
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const does = {
      j: () => step(1), k: () => step(-1), "/": () => at("browser-text").focus(),
      d: () => { view.differences = !view.differences; draw(); },
    }[event.key];
    if (does) { event.preventDefault(); does(); }
  });

  at("browser-off").hidden = true;
  at("browser").hidden = false;
  filter();
  const byAddress = () => {
    const match = /^#sample=(.+)$/.exec(location.hash);
    const wanted = match && data.samples.find((sample) => sample.id === decodeURIComponent(match[1]));
    if (wanted) { at("browser-clear").click(); open(wanted); at("samples").scrollIntoView(); }
  };
  addEventListener("hashchange", byAddress);
  byAddress();
}

function begin() {
  const off = document.getElementById("browser-off");
  off.textContent = "Reading the samples …";
  unpacked(document.getElementById("browser-data").textContent).then(start).catch((error) => {
    off.textContent = "The samples cannot be read in this browser: " + error.message;
  });
}

document.getElementById("browser-off").textContent = "The samples are read when they come into sight.";
if (location.hash.startsWith("#sample=") || !("IntersectionObserver" in window)) begin();
else new IntersectionObserver((entries, observer) => {
  if (entries.some((entry) => entry.isIntersecting)) { observer.disconnect(); begin(); }
}, { rootMargin: "1200px" }).observe(document.getElementById("samples"));
