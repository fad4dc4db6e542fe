// Which prompts are shown: every chosen filter must hold, those of an answer for one and the same answer.

const GROUND_TRUTH = "ground_truth";
const GATES = ["", "answer", "code found", "parses", "imports", "loads", "asked for"];

function modelLoads(sample, model) {
  return sample.a.some((answer) => answer.m === model && answer.o === "loads");
}

function furthest(sample, model) {
  return Math.max(...sample.a.filter((answer) => answer.m === model).map((answer) => GATES.indexOf(answer.gate)), -1);
}

// Returns {value, label, holds(sample)} for every way in which the models can differ.
function differences(models) {
  const writers = models.map((model, index) => ({ ...model, index })).filter((model) => model.id !== GROUND_TRUTH);
  const loads = (sample) => writers.filter((model) => modelLoads(sample, model.index));
  const found = [
    { value: "all", label: "Every model loads", holds: (s) => loads(s).length === writers.length },
    { value: "none", label: "No model loads", holds: (s) => loads(s).length === 0 },
  ];
  if (writers.length < 2) return found;
  found.unshift({ value: "some", label: "Models disagree", holds: (s) => loads(s).length > 0 && loads(s).length < writers.length });
  if (writers.length <= 6) for (const model of writers) {
    found.push({
      value: "only-" + model.index, label: `Only ${model.name} loads`,
      holds: (s) => loads(s).length === 1 && loads(s)[0].index === model.index,
    });
  }
  if (writers.length <= 3) for (const one of writers) for (const other of writers) {
    if (one.index !== other.index) found.push({
      value: `further-${one.index}-${other.index}`, label: `${one.name} gets further than ${other.name}`,
      holds: (s) => furthest(s, one.index) > furthest(s, other.index),
    });
  }
  return found;
}

const haystacks = new Map();

function haystack(sample) {
  let text = haystacks.get(sample);
  if (text === undefined) {
    const answers = sample.a.flatMap((answer) => [answer.c, answer.r || "", ...(answer.v || []).map((v) => v[0] + " " + v[2])]);
    text = [sample.id, sample.q, sample.source, sample.family, ...answers].join("\n").toLowerCase();
    haystacks.set(sample, text);
  }
  return text;
}

function answerMatches(answer, chosen, models) {
  if (chosen.model === "" ? models[answer.m].id === GROUND_TRUTH : answer.m !== Number(chosen.model)) return false;
  if (chosen.outcome && answer.o !== chosen.outcome) return false;
  if (chosen.rule && !(answer.v || []).some((violation) => violation[0] === chosen.rule)) return false;
  return !chosen.operator || (answer.ops || []).includes(chosen.operator);
}

function matching(data, chosen, ways) {
  const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
  const way = ways.find((one) => one.value === chosen.difference);
  const ofAnswer = chosen.model !== "" || chosen.outcome || chosen.rule || chosen.operator;
  return data.samples.filter((sample) =>
    (!way || way.holds(sample))
    && (!ofAnswer || sample.a.some((answer) => answerMatches(answer, chosen, data.models)))
    && words.every((word) => haystack(sample).includes(word)));
}
