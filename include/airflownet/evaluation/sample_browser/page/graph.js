// A DAG's graph as SVG; the places come with the data.

const SVG = "http://www.w3.org/2000/svg";
let arrowHeads = 0;

function shape(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function shortLabel(taskId) {
  const characters = [...visible(taskId)];
  return characters.length <= 26 ? characters.join("") : characters.slice(0, 12).join("") + "…" + characters.slice(-12).join("");
}

function drawing(graph) {
  const head = "arrow-" + (arrowHeads += 1);
  const count = (n, what) => n + " " + what + (n === 1 ? "" : "s");
  const told = `DAG ${visible(graph.id)}: ${count(graph.n.length, "task")}, ${count(graph.e.length, "dependency").replace("dependencys", "dependencies")}`;
  const svg = shape("svg", {
    width: graph.w + 8, height: graph.h + 8, viewBox: `-4 -4 ${graph.w + 8} ${graph.h + 8}`, role: "img", "aria-label": told,
  });
  svg.append(shape("defs", {}, shape("marker", {
    id: head, viewBox: "0 0 8 8", refX: 7.5, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto",
  }, shape("path", { d: "M0,0.5 L8,4 L0,7.5 z", class: "arrow" }))));
  for (const path of graph.e) svg.append(shape("path", { d: path, class: "edge", "marker-end": `url(#${head})` }));
  for (const [task, x, y, width] of graph.n) {
    svg.append(shape("g", {},
      shape("title", {}, visible(task)),
      shape("rect", { x: x - width / 2, y: y - 15, width, height: 30, rx: 7, class: "task" }),
      shape("text", { x, y: y + 4, "text-anchor": "middle" }, shortLabel(task))));
  }
  return element("figure", { class: "dag" },
    element("figcaption", {}, told),
    element("div", { class: "scroll", tabindex: "0", "aria-label": "Graph of " + visible(graph.id) }, svg));
}
