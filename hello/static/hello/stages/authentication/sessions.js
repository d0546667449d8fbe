// Where somebody is logged in, and ending it.

import { get, remove } from "../../lab/api.js";
import { fill, find, h, onClick, whileBusy } from "../../lab/dom.js";
import { inside } from "../../lab/jwt.js";
import { empty, guarded, loading, say, sayProblem } from "../../lab/notice.js";
import { patiently } from "../../lab/patience.js";
import { session, state } from "../../lab/session.js";
import { relative } from "../../lab/times.js";

const SESSIONS = "/api/v1/auth/sessions/";
const list = find("#sessions");
const notice = find("#sessions-notice");
let device;
let shownFor = "";
let waiting = new AbortController();

export function startSessions(second) {
  device = second;
  onClick("[data-end-others]", () => guarded(notice, () => end(SESSIONS)));
  onClick("[data-look]", look);
  device.addEventListener("changed", look);
  session.addEventListener("changed", onlyForAnother);
  look();
}

/** A renewed token of the same session shows no other list. */
function onlyForAnother() {
  const now = state.isSignedIn ? inside(state.token).claims.sid : "";
  if (now !== shownFor) look();
}

async function look() {
  find("#session-tools").hidden = !state.isSignedIn;
  shownFor = state.isSignedIn ? inside(state.token).claims.sid : "";
  if (!state.isSignedIn) {
    say(notice, "");
    fill(list, empty("Log in, and every place where you are stands here."));
    return;
  }
  if (!find("li", list)) fill(list, loading());
  waiting.abort(); // whoever waits for an earlier look
  waiting = new AbortController();
  const patience = { onWait: (text) => say(notice, text, "offline"), signal: waiting.signal };
  const answer = await guarded(notice, () => patiently(() => get(`${SESSIONS}?limit=100`), patience));
  if (answer?.ok) {
    say(notice, "");
    fill(list, h("ul", { class: "plain" }, answer.json.results.map(row)));
  } else if (answer && state.isSignedIn) {
    sayProblem(notice, answer);
  }
}

function row({ id, device: name, address, current, created_at, last_used_at, expires_at }) {
  const button = h("button", { type: "button", class: "button danger small", "aria-label": `End ${called(id, current)}` }, "End");
  button.addEventListener("click", () => whileBusy(button, () => guarded(notice, () => end(`${SESSIONS}${id}/`))));
  return h("li", { class: "session", "data-session": id },
    h("div", {},
      h("strong", {}, called(id, current)), current ? [" ", h("span", { class: "state good" }, "current")] : null,
      h("small", { title: name }, `${program(name)} at ${address ?? "an unknown address"}`),
      h("small", {}, `since ${time(created_at)}, last used ${relative(last_used_at)}, ends ${relative(expires_at)}`)),
    button);
}

function called(id, current) {
  if (current) return "This page";
  return id === device.session ? "The second device" : "Another place";
}

const time = (text) => new Date(text).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

/** What a client calls itself, as people know it. */
function program(agent) {
  const browser = agent.match(/(Firefox|Edg|OPR|Chrome|Safari|curl|python-httpx)\/[\d.]+/)?.[1];
  const system = agent.match(/Windows|Android|iPhone|iPad|Mac OS X|Linux/)?.[0];
  return [browser ?? (agent.slice(0, 40) || "a program without a name"), system].filter(Boolean).join(", ");
}

/** Ends it, and lets the second device find out for itself. */
async function end(path) {
  const answer = await remove(path);
  if (!answer.ok && state.isSignedIn) return sayProblem(notice, answer);
  const ended = device.isSignedIn && (await device.me()).status === 401; // then it has said so, and the list is new
  if (state.isSignedIn && !ended) await look();
  return undefined;
}
