// Who is signed in on this page. The access token lives in memory only; the refresh token in a
// cookie that no script can read, and that goes to the routes of authentication alone.

import { send } from "./wire.js";

export const session = new EventTarget();

const REMEMBERED = "practice-signed-in"; // the address, so that no stranger's page asks in vain
const JSON_BODY = { "Content-Type": "application/json", Accept: "application/json" };
const others = new BroadcastChannel("practice-session");

let access = "";
let expiresAt = 0;

export const state = {
  get email() { return localStorage.getItem(REMEMBERED) ?? ""; },
  get isSignedIn() { return Boolean(access); },
  get token() { return access; },
  get secondsLeft() { return Math.max(0, Math.round((expiresAt - Date.now()) / 1000)); },
};

export async function signUp({ email, password, name = "" }) {
  return send("POST", "/api/v1/auth/signup/", { headers: JSON_BODY, body: JSON.stringify({ email, password, name }) });
}

export async function logIn({ email, password }) {
  const body = JSON.stringify({ email, password, refresh_in: "cookie" });
  const answer = await send("POST", "/api/v1/auth/login/", { headers: JSON_BODY, body, cookies: true });
  if (answer.ok) {
    localStorage.setItem(REMEMBERED, email);
    take(answer.json);
    others.postMessage("signed-in");
  }
  return answer;
}

export async function logOut() {
  await renewalLock(() => send("POST", "/api/v1/auth/logout/", { headers: withCsrf(), body: "{}", cookies: true }));
  forget("signed-out");
  others.postMessage("signed-out");
}

/** The next access token. Tabs take turns: each would otherwise use up the other's cookie. */
export async function renew() {
  return renewalLock(async () => {
    const answer = await send("POST", "/api/v1/auth/refresh/", { headers: withCsrf(), body: "{}", cookies: true });
    if (answer.ok) take(answer.json);
    else if (answer.status < 500 && answer.status !== 429) forget("session-ended");
    return answer;
  });
}

/** A token that holds for a while yet; empty where nobody is signed in. */
export async function freshToken() {
  if (state.email && state.secondsLeft < 10) await renew();
  return access;
}

/** On a new page: signed in as before, if the browser still has the cookie. */
export async function restore() {
  if (state.email) await renew().catch(() => undefined);
  tell("changed");
}

function take(tokens) {
  access = tokens.access;
  expiresAt = Date.now() + tokens.expires_in * 1000;
  tell("changed");
}

function forget(what) {
  access = "";
  expiresAt = 0;
  localStorage.removeItem(REMEMBERED);
  tell(what);
  tell("changed");
}

/** The session has ended elsewhere: another device, or another tab. */
export const sessionEnded = () => forget("session-ended");

others.addEventListener("message", (event) => {
  if (event.data === "signed-out" && access) forget("signed-out");
  if (event.data === "signed-in" && !access) restore();
});

function withCsrf() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  return { ...JSON_BODY, "X-CSRFToken": token };
}

function renewalLock(work) {
  return navigator.locks ? navigator.locks.request("practice-renewal", work) : work();
}

function tell(type) {
  session.dispatchEvent(new Event(type));
}
