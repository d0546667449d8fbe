// Requests of the API as this page's reader: with a token if there is one.

import { freshToken, renew, sessionEnded, state } from "./session.js";
import { askToSignIn } from "./sign-in.js";
import { send } from "./wire.js";

/**
 * One request of the API. `json` is its body; `needs: "account"` asks for a sign-in first;
 * `stranger: true` sends no token though there is one. Raises `Unreachable`, and `Declined`
 * where a sign-in was asked for and declined.
 */
export async function call(method, path, { json, headers = {}, body, needs, stranger = false, signal } = {}) {
  if (needs === "account" && !state.isSignedIn) await askToSignIn();
  const sent = { Accept: "application/json", ...headers };
  if (json !== undefined) sent["Content-Type"] = "application/json";
  const content = json === undefined ? body : JSON.stringify(json);
  const attempt = async () => {
    const token = stranger ? "" : await freshToken();
    const all = token ? { ...sent, Authorization: `Bearer ${token}` } : sent;
    return send(method, path, { headers: all, body: content, signal });
  };
  const answer = await attempt();
  if (answer.status !== 401 || stranger || !state.isSignedIn) return answer;
  const renewed = await renew();
  if (!renewed.ok) {
    sessionEnded();
    return answer;
  }
  return attempt();
}

export const get = (path, options) => call("GET", path, options);
export const post = (path, json, options) => call("POST", path, { json, ...options });
export const patch = (path, json, options) => call("PATCH", path, { json, ...options });
export const remove = (path, options) => call("DELETE", path, options);

/** Every page of a list, one after another, as they come. */
export async function* pages(path, options) {
  for (let next = path; next; ) {
    const answer = await get(next, options);
    yield answer;
    const url = answer.json?.next;
    next = url ? new URL(url).pathname + new URL(url).search : null;
  }
}
