// The home page: how far this reader is, and how this process is.

import { find, findAll } from "./lab/dom.js";
import { seenAt } from "./lab/progress.js";

const SECONDS_BETWEEN_LOOKS = 10;

// ---- How far -----------------------------------------------------------------------

const stages = findAll(".stage").map((element) => {
  const goals = Number(element.dataset.goals);
  const seen = [...seenAt(element.dataset.stage)].filter((key) => !key.startsWith("exercise-")).length;
  return { element, seen, isComplete: seen >= goals, goals };
});

for (const { element, seen, goals, isComplete } of stages) {
  if (seen) find("[data-seen]", element).textContent = `${seen} of ${goals} seen`;
  element.classList.toggle("complete", isComplete);
}

const next = stages.find(({ element, isComplete }) => !isComplete && element.classList.contains("ready"));
if (next && stages.some(({ seen }) => seen)) {
  const button = find("#go-on");
  const link = find("h3 a", next.element);
  button.href = link.href;
  button.textContent = `Go on with ${link.textContent}`;
}

// ---- How it is ---------------------------------------------------------------------

const chip = find("#health");
const told = find("#health-told");

async function look() {
  try {
    const answer = await fetch("/healthz/ready", { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(5000) });
    const { checks = {} } = await answer.json();
    const down = Object.entries(checks).filter(([, check]) => check.status !== "ok");
    say(answer.ok ? "healthy" : "not ready", answer.ok ? "good" : "bad");
    told.textContent = (answer.ok ? Object.entries(checks) : down).map(line).join(" · ");
  } catch {
    say("does not answer", "bad");
    told.textContent = "Is the site still running?";
  }
}

const line = ([name, { status, milliseconds, error }]) => (status === "ok" ? `${name} answers in ${milliseconds} ms` : `${name}: ${error}`);

function say(text, mood) {
  if (chip.textContent !== text) chip.textContent = text;
  chip.className = `health ${mood}`;
}

for (;;) {
  if (!document.hidden) await look();
  await new Promise((resolve) => setTimeout(resolve, SECONDS_BETWEEN_LOOKS * 1000));
}
