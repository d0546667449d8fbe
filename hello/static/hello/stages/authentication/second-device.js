// A second device beside the page: its tokens, and what becomes of one that is used again.

import { Device } from "../../lab/device.js";
import { fill, find, h, onClick, onSubmit, whileBusy } from "../../lab/dom.js";
import { guarded, say, sayProblem } from "../../lab/notice.js";
import { reached } from "../../lab/progress.js";
import { asked, credentials, typed } from "./entrance.js";

const device = new Device();
const form = find("#device-log-in");
const inside = find("#device-inside");
const notice = find("#device-notice");
const state = find("#device-state");

export function startDevice() {
  onSubmit(form, (values) => asked(form, () => device.logIn(values), () => ""));
  onClick("[data-device-me]", () => guarded(notice, whoAmI));
  onClick("[data-device-refresh]", () => guarded(notice, () => refreshed()));
  onClick("[data-device-out]", () => guarded(notice, () => device.logOut()));
  typed.addEventListener("changed", fillIn);
  device.addEventListener("changed", draw);
  draw();
  return device;
}

function fillIn() {
  form.elements.email.value = credentials.email;
  form.elements.password.value = credentials.password;
}

function draw() {
  form.hidden = device.isSignedIn;
  inside.hidden = !device.isSignedIn;
  const [text, mood] = device.isSignedIn ? ["logged in", "good"] : device.endedBecause ? ["ended", "bad"] : ["logged out", ""];
  fill(state, h("span", { class: `state ${mood}` }, text));
  if (!device.isSignedIn) say(notice, device.endedBecause, device.endedBecause ? "failed" : "");
  else if (device.refreshTokens.length === 1) say(notice, "");
  fill(find("#device-tokens"), device.refreshTokens.map(tokenRow).reverse());
}

function tokenRow(token, index, all) {
  const age = all.length - 1 - index;
  const again = h("button", { type: "button", class: "button quiet small" }, "Use it again");
  again.addEventListener("click", () => whileBusy(again, () => guarded(notice, () => refreshed(token, index + 1))));
  return h("li", {},
    h("span", {}, `No. ${index + 1} `, h("code", {}, `…${token.slice(-8)}`)),
    h("small", {}, ["the newest", "used; for 10 s it may come once more"][age] ?? "used"),
    age ? again : null);
}

async function whoAmI() {
  const answer = await device.me();
  if (answer.ok) say(notice, `It is ${answer.json.email}.`);
}

async function refreshed(token, number) {
  const before = device.refreshTokens.length;
  const answer = await device.refresh(token);
  if (answer.ok && device.refreshTokens.length > before) return say(notice, "A new pair. The one before is used.");
  if (answer.ok) return say(notice, "The same successor again: two tabs may ask at once, or an answer get lost. Wait ten seconds and it ends the session.");
  if (token && answer.status === 401) return caught(number);
  return sayProblem(notice, answer);
}

/** Two parties hold the same token, and nobody can say which is the thief: both are put out. */
async function caught(number) {
  reached("reused");
  await device.me();
  say(notice, `No. ${number} was used a second time: somebody has a copy. The whole session is ended, the newest token with it.`, "failed");
}
