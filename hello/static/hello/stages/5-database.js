// Stage 5: what a database is for. A race with one winner, queries counted, a restart survived.

import { get, post, remove } from "../lab/api.js";
import { fill, find, findAll, h, onClick, pause } from "../lab/dom.js";
import { guarded, say, sayProblem } from "../lab/notice.js";
import { reached } from "../lab/progress.js";

const BOOKS = "/api/v1/books/";

// ---- The race --------------------------------------------------------------------

/** An ISBN-13 that nobody has, with its check digit. */
function inventedIsbn() {
  const digits = `978${String(crypto.getRandomValues(new Uint32Array(1))[0] % 1e9).padStart(9, "0")}`;
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

onClick("#race", async () => {
  const told = find("#race-told");
  await guarded(told, async () => {
    await get("/api/v1/auth/me/", { needs: "account" });
    say(told, "");
    const lanes = Array.from({ length: 8 }, () => h("li", {}, "…"));
    fill(find("#lanes"), lanes);
    const isbn = inventedIsbn();
    const answers = await Promise.all(lanes.map((lane, index) => run(lane, index, isbn)));
    const winners = answers.filter((answer) => answer.status === 201);
    const refused = answers.filter((answer) => answer.status === 409);
    say(told, `${winners.length} created, ${refused.length} refused with 409. The winner is deleted again.`, winners.length === 1 ? "" : "failed");
    if (winners.length === 1 && refused.length === 7) reached("race");
    for (const winner of winners) await remove(`${BOOKS}${winner.json.id}/`);
  });
});

async function run(lane, index, isbn) {
  const answer = await post(BOOKS, { title: `Runner ${index + 1}`, authors: ["One of eight"], isbn });
  lane.textContent = String(answer.status);
  lane.className = answer.ok ? "good" : answer.status === 409 ? "" : "bad";
  return answer;
}

// ---- Queries ---------------------------------------------------------------------

const table = find("#timings");
const counts = new Map();

for (const button of findAll("[data-limit]")) {
  onClick(button, () =>
    guarded(null, async () => {
      const { limit, search } = button.dataset;
      const path = `${BOOKS}?limit=${limit}${search ? `&q=${encodeURIComponent(search)}` : ""}`;
      const answer = await get(path, { stranger: true });
      if (answer.ok) note(path, answer);
    }),
  );
}

function note(path, answer) {
  const timing = answer.headers.get("Server-Timing") ?? "";
  const [, total = "?"] = timing.match(/total;dur=([\d.]+)/) ?? [];
  const [, database = "?", queries = "?"] = timing.match(/db;dur=([\d.]+);desc="(\d+)/) ?? [];
  if (!counts.size) fill(table);
  const rows = answer.json.results.length;
  table.prepend(
    h("tr", {}, h("td", {}, h("code", {}, path)), ...[rows, queries, `${database} ms`, `${total} ms`].map((text) => h("td", { class: "number" }, String(text)))),
  );
  while (table.children.length > 8) table.lastElementChild.remove();
  counts.set(path, queries);
  if (counts.has(`${BOOKS}?limit=1`) && counts.get(`${BOOKS}?limit=1`) === counts.get(`${BOOKS}?limit=100`)) reached("steady");
}

// ---- The restart -----------------------------------------------------------------

const state = find("#restart-state");
const told = find("#restart-told");
let watching = 0;

onClick("#write", () =>
  guarded(told, async () => {
    const title = `Written down at ${new Date().toLocaleTimeString("en-GB")}`;
    const answer = await post(BOOKS, { title, authors: ["You"] }, { needs: "account" });
    if (!answer.ok) return sayProblem(told, answer);
    say(told, `Book ${answer.json.id}, “${title}”, is written. Now stop the site, and start it again.`);
    watch(answer.json.id, title);
    return undefined;
  }),
);

/** Asks every 300 ms whether the site is there, until it has been away and come back. */
async function watch(id, title) {
  const turn = ++watching;
  let hasBeenAway = false;
  while (turn === watching) {
    const isThere = await isAlive();
    if (!isThere) hasBeenAway = true;
    show(isThere ? (hasBeenAway ? "back" : "running: stop it now") : "away: start it again", isThere ? "good" : "busy");
    if (isThere && hasBeenAway) return look(id, title);
    await pause(300);
  }
  return undefined;
}

/** Not through the wire: it would be full of nothing else. */
const isAlive = () => fetch("/healthz/live", { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(2000) }).then((answer) => answer.ok, () => false);

function show(text, mood) {
  state.textContent = text;
  state.className = `state ${mood}`;
}

async function look(id, title) {
  await guarded(told, async () => {
    const answer = await get(`${BOOKS}${id}/`);
    if (!answer.ok || answer.json.title !== title) return say(told, "It is gone.", "failed");
    say(told, `The site was away, and “${title}” is still there.`);
    reached("restart");
    return undefined;
  });
}
