// This page's access token, taken apart.

import { fill, find, h, onClick } from "../../lab/dom.js";
import { canVerify, forged, inside, isSigned } from "../../lab/jwt.js";
import { empty, guarded, say } from "../../lab/notice.js";
import { reached } from "../../lab/progress.js";
import { renew, session, state } from "../../lab/session.js";
import { span } from "../../lab/times.js";
import { send } from "../../lab/wire.js";

const MEANING = {
  alg: "how it is signed: a private key signs, a public one verifies",
  typ: "what it is, so that no other kind of token passes for it",
  kid: "which key signed it",
  sub: "you: your id",
  name: "your name, so that nobody need ask",
  staff: "whether you may do everything",
  sid: "your session, which can be ended",
  iat: "when it was given",
  exp: "when it ends by itself",
  iss: "who gave it",
  aud: "whom it is meant for",
  jti: "this very token",
  ver: "how new this is, of what it says about you",
  token_type: "what it is for",
};
const TIMES = new Set(["iat", "exp", "nbf"]);
const place = find("#token");
const tools = find("#token-tools");
const notice = find("#token-notice");

export function startToken() {
  session.addEventListener("changed", draw);
  setInterval(tick, 1000);
  onClick("[data-verify]", () => guarded(notice, () => verified(state.token, "")));
  onClick("[data-forge]", () => guarded(notice, forge));
  onClick("[data-unsigned]", () => guarded(notice, unsigned));
  onClick("[data-renew]", () => guarded(notice, renewed));
  draw();
}

function draw() {
  tools.hidden = !state.isSignedIn;
  if (!state.isSignedIn) {
    say(notice, "");
    fill(place, empty("Nobody is signed in on this page, so there is no token to look at. Log in above."));
    return;
  }
  const { parts, header, claims } = inside(state.token);
  fill(
    place,
    h("p", { class: "token", tabindex: "0", role: "region", "aria-label": "The access token" },
      parts.map((part, index) => [index ? "." : null, h("span", { class: ["head", "claims", "signature"][index] }, part)])),
    lifetime(claims),
    h("div", { class: "sides parts-of-token" },
      h("div", { class: "card head" }, h("h4", {}, "Header"), listed(header)),
      h("div", { class: "card claims" }, h("h4", {}, "Claims"), listed(claims))),
  );
  reached("looked-inside");
}

const listed = (values) =>
  h("dl", {}, inOrder(values).map((name) => [
    h("dt", {}, h("code", {}, name), " ", shown(name, values[name])),
    h("dd", {}, MEANING[name] ?? ""),
  ]));

/** Those that are explained as they are above, then any other. */
const inOrder = (values) => [...new Set([...Object.keys(MEANING).filter((name) => name in values), ...Object.keys(values)])];

function shown(name, value) {
  if (!TIMES.has(name)) return h("span", {}, String(value) || "“”");
  return h("time", { datetime: new Date(value * 1000).toISOString() }, new Date(value * 1000).toLocaleTimeString("en-GB"));
}

function lifetime({ iat, exp }) {
  const bar = h("progress", { max: exp - iat, value: state.secondsLeft, "aria-label": "Time that the token has left" });
  return h("div", { class: "lifetime" }, bar, h("span", {}, left()));
}

const left = () => (state.secondsLeft ? `${span(state.secondsLeft)} left` : "over: the next request renews it");

function tick() {
  const bar = find(".lifetime progress", place);
  if (!bar) return;
  bar.value = state.secondsLeft;
  find(".lifetime span", place).textContent = left();
}

/** With nothing but the public keys, as any service would. */
async function verified(token, what) {
  if (!canVerify()) {
    say(notice, "Browsers verify only on pages that came by HTTPS or from this machine itself.", "failed");
    return false;
  }
  const keys = await send("GET", "/.well-known/jwks.json");
  const holds = await isSigned(token, keys.json.keys);
  if (holds) say(notice, "The signature holds. This page has checked it with the public key alone, as any service can.");
  else say(notice, `${what}: the signature does not hold.`, "failed");
  return holds;
}

const forge = () => tried(forged(state.token, { claims: { staff: true } }), "You said that you are staff");
const unsigned = () => tried(forged(state.token, { header: { alg: "none" } }), "You said that it needs no signature");

/** The same twice: what this page's own check says, and what the site says. */
async function tried(token, what) {
  await verified(token, what);
  const answer = await send("GET", "/api/v1/auth/me/", { headers: { Accept: "application/json", Authorization: `Bearer ${token}` } });
  notice.append(h("span", {}, ` The site answers ${answer.status}${answer.problem ? `: ${answer.problem.detail}` : "."}`));
}

async function renewed() {
  const answer = await renew();
  if (answer.ok) say(notice, "Another token, with another jti and five minutes more; the same sid. The cookie holds the next refresh token.");
}
