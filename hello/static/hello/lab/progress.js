// What has been seen and done, kept in this browser alone.

import { find, findAll, h } from "./dom.js";
import { wire } from "./wire.js";

const KEPT = "practice-progress";

const all = () => {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
};

/** The keys of what has been seen at a stage. */
export const seenAt = (stage) => new Set(all()[stage] ?? []);

function keep(stage, key, isSeen = true) {
  const seen = seenAt(stage);
  if (isSeen) seen.add(key);
  else seen.delete(key);
  localStorage.setItem(KEPT, JSON.stringify({ ...all(), [stage]: [...seen] }));
}

let stage = "";
let goals = [];

/** Ticks off what goes by. */
export function startProgress(slug) {
  stage = slug;
  goals = findAll("[data-goal]");
  const seen = seenAt(stage);
  for (const goal of goals) mark(goal, seen.has(goal.dataset.goal));
  count();
  exercises(seen);
  wire.addEventListener("exchange", ({ detail: exchange }) => {
    if (!["answered", "streaming"].includes(exchange.state)) return;
    for (const goal of goals) if (fits(goal.dataset, exchange)) reached(goal.dataset.goal);
  });
}

/** For what no single exchange shows: the page's own script says so. */
export function reached(key) {
  const goal = goals.find((each) => each.dataset.goal === key);
  if (!goal || goal.classList.contains("seen")) return;
  keep(stage, key);
  mark(goal, true);
  goal.classList.add("just-seen");
  count();
}

function mark(goal, isSeen) {
  goal.classList.toggle("seen", isSeen);
  find(".tick", goal).textContent = isSeen ? "seen: " : "not seen yet: ";
}

function count() {
  const counter = find("[data-goal-count]");
  if (counter) counter.textContent = `${goals.filter((goal) => goal.classList.contains("seen")).length} of ${goals.length}`;
}

function fits({ methods, path, status, header }, exchange) {
  if (!methods && !path && !status && !header) return false;
  if (methods && !methods.split(" ").includes(exchange.method)) return false;
  if (status && Number(status) !== exchange.status) return false;
  if (path && !new RegExp(path, "i").test(exchange.url)) return false;
  if (!header) return true;
  const pattern = new RegExp(header, "i");
  return exchange.headers.some(([name, value]) => pattern.test(`${name}: ${value}`));
}

/** The exercises of the text, each with a box to tick. */
function exercises(seen) {
  findAll("#exercises ol > li").forEach((item, index) => {
    const key = `exercise-${index + 1}`;
    const box = h("input", { type: "checkbox", id: key, checked: seen.has(key) });
    box.addEventListener("change", () => keep(stage, key, box.checked));
    item.prepend(h("label", { class: "done", for: key }, box, h("span", { class: "offscreen" }, `Exercise ${index + 1} is `), "done"));
  });
}
