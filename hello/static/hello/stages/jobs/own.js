// One's own jobs: the newest first, and those that have not ended followed as they go.

import { get } from "../../lab/api.js";
import { fill, find, h, onClick } from "../../lab/dom.js";
import { Unreachable } from "../../lab/errors.js";
import { follow } from "../../lab/events.js";
import { empty, guarded, loading, say, sayProblem } from "../../lab/notice.js";
import { isOffline, patiently } from "../../lab/patience.js";
import { session, state } from "../../lab/session.js";
import { JobRow } from "./row.js";

const JOBS = "/api/v1/jobs/";
const MOST_STREAMS = 3; // a browser opens six connections to a site, and the page needs some itself
const SECONDS_BETWEEN_LOOKS = 2;
const place = find("#own-jobs");
const notice = find("#own-jobs-notice");
const list = h("ul", { class: "jobs" });
const rows = new Map();
const streams = new Map();
const unfollowed = new Set(); // ids of jobs whose stream was refused
let next = null;
let who = "";

export function startOwnJobs() {
  onClick("[data-more]", () => guarded(notice, () => load(next)));
  session.addEventListener("changed", () => who !== state.email && begin());
  setInterval(lookAfterTheRest, SECONDS_BETWEEN_LOOKS * 1000);
  begin();
}

/** A job that is new here, or newer than what is shown of it. */
export function put(job) {
  draw(job, "prepend");
  rows.get(job.id).element.scrollIntoView({ block: "nearest" });
  followSome();
}

function begin() {
  who = state.isSignedIn ? state.email : "";
  for (const controller of streams.values()) controller.abort();
  streams.clear();
  unfollowed.clear();
  rows.clear();
  fill(list);
  showMore(null);
  if (!state.isSignedIn) return fill(place, empty("Nobody is signed in here. Ask for a job, and you are asked who you are."));
  fill(place, loading());
  return guarded(notice, () => load(`${JOBS}?limit=10`));
}

async function load(path) {
  const reader = who;
  const answer = await patiently(() => get(path), { onWait: (text) => say(notice, text, "offline") });
  if (reader !== who) return undefined; // somebody else is here meanwhile
  if (!answer.ok) return state.isSignedIn ? sayProblem(notice, answer) : undefined;
  say(notice, "");
  for (const job of answer.json.results) draw(job, "append");
  if (!rows.size) fill(place, empty("No job yet. Ask for one above."));
  showMore(answer.json.next);
  return followSome();
}

function showMore(url) {
  next = url ? new URL(url).pathname + new URL(url).search : null;
  find("[data-more]").hidden = !next;
}

function draw(job, where) {
  if (!list.isConnected) fill(place, list);
  const known = rows.get(job.id);
  if (known) return known.update(job);
  const row = new JobRow(job, { onAgain: followSome });
  rows.set(job.id, row);
  list[where](row.element);
  return row;
}

const open = () => [...rows.values()].filter((row) => !row.hasEnded);

function followSome() {
  const waiting = open().filter((row) => !streams.has(row.id) && !unfollowed.has(row.id)).sort((one, other) => other.isRunning - one.isRunning);
  for (const row of waiting.slice(0, MOST_STREAMS - streams.size)) followOne(row);
}

async function followOne(row) {
  const controller = new AbortController();
  streams.set(row.id, controller);
  row.status("");
  await follow(`${JOBS}${row.id}/events/`, {
    signal: controller.signal,
    onEvent: (event) => row.hear(event),
    onStatus: (status) => row.status(status),
  });
  if (streams.get(row.id) === controller) streams.delete(row.id);
  row.status("");
  if (!row.hasEnded) unfollowed.add(row.id);
  followSome();
}

/** Those for which there is no stream are asked for together. */
async function lookAfterTheRest() {
  for (const row of open()) row.tick();
  const rest = open().filter((row) => !streams.has(row.id));
  if (!state.isSignedIn || document.hidden || !rest.length) return;
  try {
    const answer = await get(`${JOBS}?limit=20`);
    if (answer.ok) for (const job of answer.json.results) rows.get(job.id)?.update(job);
    for (const row of rest) row.status("asked");
    followSome();
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    for (const row of rest) row.status(isOffline() ? "offline" : "reconnecting");
  }
}
