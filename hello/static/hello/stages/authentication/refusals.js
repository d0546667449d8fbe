// What a stranger is told: for a wrong password, for an address that nobody has, and for trying
// too often.

import { fill, find, h, onClick } from "../../lab/dom.js";
import { inventAccount } from "../../lab/invented.js";
import { guarded, say, sayProblem } from "../../lab/notice.js";
import { send } from "../../lab/wire.js";
import { span } from "../../lab/times.js";

const HEADERS = { "Content-Type": "application/json", Accept: "application/json" };
const MOST_TRIES = 30;
const notice = find("#refusals-notice");
const rows = find("#refusals tbody");
const tries = find("#tries");
let known = null;

const post = (what, body) => send("POST", `/api/v1/auth/${what}/`, { headers: HEADERS, body: JSON.stringify(body) });
const guess = (email) => post("login", { email, password: "not the password" });

export function startRefusals() {
  onClick("[data-compare]", () => guarded(notice, compare));
  onClick("[data-hammer]", () => guarded(notice, hammer));
}

/** A guess at an account made for this, so that nobody's own is locked; then at none. */
async function compare() {
  known ??= await throwaway();
  if (!known) return;
  fill(rows);
  for (const [what, email] of [["a wrong password", known.email], ["an unknown e-mail", inventAccount().email]]) {
    const answer = await guess(email);
    rows.append(row(what, answer));
  }
  find("#refusals").hidden = false;
  say(notice, "Word for word the same; the times differ by chance alone, for a password is hashed both times.");
}

async function throwaway() {
  const account = inventAccount();
  const answer = await post("signup", account);
  if (answer.ok) return account;
  sayProblem(notice, answer);
  return null;
}

const row = (what, answer) =>
  h("tr", {},
    h("th", { scope: "row" }, what),
    h("td", {}, String(answer.status)),
    h("td", {}, answer.problem?.detail ?? ""),
    h("td", { class: "number" }, `${Math.round(answer.exchange.milliseconds)} ms`));

/** Guesses at an invented address until the site has had enough. */
async function hammer() {
  const { email } = inventAccount();
  fill(tries);
  tries.hidden = false;
  say(notice, "Guessing…");
  for (let count = 1; count <= MOST_TRIES; count += 1) {
    const answer = await guess(email);
    const isRefused = answer.status === 401;
    tries.append(h("li", { class: `state ${isRefused ? "" : "bad"}` }, String(answer.status)));
    if (!isRefused) return tooFast(count, answer);
  }
  say(notice, `${MOST_TRIES} guesses, and no end: LOGIN_FAILURES_PER_MINUTE is set high on this site.`);
  return undefined;
}

function tooFast(count, answer) {
  const seconds = Number(answer.headers.get("Retry-After"));
  if (answer.status !== 429) return sayProblem(notice, answer);
  return say(notice, `Guess ${count} was not even looked at: Retry-After says to wait ${span(seconds)}.`);
}
