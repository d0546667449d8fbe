// Stage 10: the map of the services, and the trail that one request leaves behind.

import { call, get, post } from "../lab/api.js";
import { fill, find, h, jsonMarkup, onClick, onSubmit, pause } from "../lab/dom.js";
import { guarded, loading, say, sayProblem } from "../lab/notice.js";
import { reached } from "../lab/progress.js";
import { openSocket } from "../lab/socket.js";

const SERVICES = "/api/v1/services/";
const SECONDS_BETWEEN_LOOKS = 5;
const MOODS = { up: "good", degraded: "busy", down: "bad" };

// ---- The map -----------------------------------------------------------------------

const map = find("#services");
const mapTold = find("#map-told");

function show(services) {
  fill(map, services.map(asCard));
}

const asCard = ({ name, status, version, milliseconds, circuit, checks }) =>
  h(
    "li",
    { class: `service ${MOODS[status] ?? ""}`, dataset: { service: name } },
    h("strong", {}, name),
    h("span", { class: `state ${MOODS[status] ?? ""}` }, status),
    h("small", {}, version ? `version ${version}, ${milliseconds} ms` : "does not answer"),
    circuit === "closed" ? null : h("small", {}, `circuit ${circuit}`),
    checks ? h("small", {}, Object.entries(checks).map(([what, { status: how }]) => `${what}: ${how}`).join(", ")) : null,
  );

onClick("#look", () =>
  guarded(mapTold, async () => {
    const answer = await get(SERVICES, { stranger: true });
    if (answer.ok) show(answer.json.results);
    else sayProblem(mapTold, answer);
  }),
);

/** Not through the wire, which would be full of it; rests while nobody looks. */
async function keepLooking() {
  for (;;) {
    if (!document.hidden) {
      try {
        const answer = await fetch(SERVICES, { cache: "no-store", credentials: "omit" });
        if (answer.ok) show((await answer.json()).results);
        say(mapTold, answer.ok ? "" : `The map itself is not there: ${answer.status}.`, answer.ok ? "" : "failed");
      } catch {
        say(mapTold, "Nobody answers. The map shows how it was.", "offline");
      }
    }
    await pause(SECONDS_BETWEEN_LOOKS * 1000);
  }
}

// ---- The trail ---------------------------------------------------------------------

const form = find("#trail");
const told = find("#trail-told");
const steps = find("#steps");
const newId = () => `trail-${crypto.randomUUID().slice(0, 8)}`;
form.elements.id.value = newId();

let began = 0;
let listening = null;
const pushes = [];

onSubmit(form, async ({ id }) => {
  await guarded(told, async () => {
    await get("/api/v1/auth/me/", { needs: "account" });
    await listen();
    pushes.length = 0;
    fill(steps);
    began = Date.now();
    const answer = await post("/api/v1/jobs/", { kind: "jobs.sleep", params: { seconds: 1 } }, { headers: { "X-Request-ID": id } });
    if (!answer.ok) return sayProblem(told, answer);
    const given = answer.headers.get("X-Request-ID");
    await follow(given, answer.json);
    say(told, `Every step bears ${given}. So do the lines in the site's log: look for it there.`);
    reached("trail");
    form.elements.id.value = newId();
    return undefined;
  });
});

/** The reader's own notifications, once; a site without them has a shorter trail. */
async function listen() {
  listening ??= openSocket("/ws/notifications/", {
    call,
    on: {
      frame: (frame) => frame.type === "job" && pushes.push({ at: Date.now(), frame }),
      close: () => { listening = null; },
    },
  }).catch(() => null);
  await listening;
}

/** Looks for a few seconds what has become of it, and draws it anew each time. */
async function follow(id, job) {
  const asked = began;
  for (let look = 0; look < 12; look += 1) {
    const answer = await fetch(`/stages/trail/${encodeURIComponent(id)}/`, { cache: "no-store", credentials: "omit" });
    const events = answer.ok ? (await answer.json()).events : null;
    draw(asked, id, job, events);
    if (!events && look > 3) return;
    const isOver = events?.some(({ event }) => event.type === "jobs.job.succeeded");
    if (isOver && events.every(({ deliveries }) => deliveries.every(({ state }) => state !== "waiting"))) return;
    await pause(400);
  }
}

function draw(asked, id, job, events) {
  const all = [
    { at: asked, what: "Request", text: ["POST /api/v1/jobs/ with ", h("code", {}, id)] },
    { at: Date.parse(job.created_at), what: "Row", text: [`job ${job.id}, committed together with its first event`] },
    ...(events ?? []).flatMap(eventSteps),
    ...pushes.filter(({ frame }) => (frame.job?.id ?? frame.id) === job.id).map(({ at, frame }) => ({ at, what: "Push", text: [`to this browser: ${frame.state ?? frame.job?.state}, ${Math.round((frame.progress ?? frame.job?.progress ?? 0) * 100)} %`] })),
  ].sort((one, other) => one.at - other.at);
  const open = new Set([...steps.querySelectorAll("details[open]")].map((each) => each.dataset.id));
  fill(steps, all.map((step) => asStep(step, asked, open)));
  if (!events) steps.append(h("li", { class: "elsewhere" }, "The events are in each service's own outbox: `manage.py events` and the logs show them there."));
}

const eventSteps = ({ event, deliveries }) => [
  { at: Date.parse(event.time), what: "Event", text: [h("code", {}, event.type), h("small", {}, ` of ${event.subject}`)], event },
  ...deliveries
    .filter(({ handled_at: at }) => at)
    .map(({ handler, handled_at: at, attempts }) => ({ at: Date.parse(at), what: "Heard", text: ["by ", h("code", {}, handler), attempts > 1 ? `, at attempt ${attempts}` : ""] })),
];

function asStep({ at, what, text, event }, asked, open) {
  const row = h("li", { class: what.toLowerCase() }, h("span", { class: "when" }, `${Math.max(0, at - asked)} ms`), h("strong", {}, what), h("span", {}, text));
  if (!event) return row;
  const details = h("details", { dataset: { id: event.id }, open: open.has(event.id) }, h("summary", {}, "as it travels"), h("pre", { class: "json", tabindex: "0" }, h("code", {}, jsonMarkup(JSON.stringify(event, null, 2)))));
  details.addEventListener("toggle", () => details.open && reached("event"));
  row.append(details);
  return row;
}

fill(map, loading(6));
keepLooking();
