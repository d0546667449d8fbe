// Asking for a job of any kind: the form is made from the kind's own JSON Schema.

import { get, post } from "../../lab/api.js";
import { fill, find, h, onClick, onSubmit } from "../../lab/dom.js";
import { clearErrors, guarded, loading, say, sayProblem } from "../../lab/notice.js";
import { patiently } from "../../lab/patience.js";
import { fieldsOf, valuesOf } from "../../lab/schema-form.js";
import { put } from "./own.js";

const form = find("#ask");
const fields = find("#ask-fields");
const notice = find("#ask-notice");
const quick = find("#quick-notice");
let kinds = [];

export function startAsking() {
  onClick("[data-sleep]", () => guarded(quick, () => sleep(20)));
  onClick("[data-long]", () => guarded(find("#kill-notice"), () => sleep(90, {}, find("#kill-notice"))));
  onClick("[data-several]", () => guarded(quick, several));
  onClick("[data-later]", () => guarded(quick, () => sleep(5, { run_at: new Date(Date.now() + 15_000).toISOString() })));
  onSubmit(form, () => guarded(notice, ask));
  form.elements.kind.addEventListener("change", drawFields);
  load();
}

/** Asks for the job; it appears among one's own. Whether it was accepted. */
export async function request(body, place, inForm) {
  const answer = await post("/api/v1/jobs/", body, { needs: "account" });
  if (!answer.ok) {
    sayProblem(place, answer, inForm);
    return null;
  }
  put(answer.json);
  say(place, `${answer.status} after ${Math.round(answer.exchange.milliseconds)} ms: accepted, and to be done. It stands among your jobs.`);
  return answer.json;
}

const sleep = (seconds, more = {}, place = quick) => request({ kind: "jobs.sleep", params: { seconds }, ...more }, place);

async function several() {
  for (const seconds of [6, 9, 12, 15, 18]) if (!(await sleep(seconds))) return;
}

/** What can be asked for; where the site is away, as soon as it is back. */
async function load() {
  fill(fields, loading(2));
  const answer = await patiently(() => get("/api/v1/jobs/kinds/", { stranger: true }), { onWait: (text) => say(notice, text, "offline") });
  if (answer.ok) drawKinds(answer.json.results);
  else sayProblem(notice, answer);
}

function drawKinds(all) {
  say(notice, "");
  kinds = all.filter(({ requestable }) => requestable);
  fill(form.elements.kind, kinds.map(({ name, title }) => h("option", { value: name }, `${name}: ${title}`)));
  form.elements.kind.value = "jobs.sleep";
  drawFields();
}

const chosen = () => kinds.find(({ name }) => name === form.elements.kind.value);

function drawFields() {
  const { params, attempts, time_limit: limit } = chosen();
  clearErrors(form);
  const own = fieldsOf(params, "params");
  fill(fields, own.length ? own : h("p", {}, "It takes nothing."), h("p", { class: "facts" }, `Tried up to ${attempts} times, each at most ${limit.toLocaleString("en")} s.`));
  const seconds = form.elements["params/seconds"];
  if (seconds) seconds.value = "10";
}

async function ask() {
  clearErrors(form);
  say(notice, "Asking…");
  const runAt = form.elements.run_at.value;
  await request({ kind: chosen().name, params: valuesOf(form, chosen().params, "params"), ...(runAt ? { run_at: new Date(runAt).toISOString() } : {}) }, notice, form);
}
