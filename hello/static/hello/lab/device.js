// A client of the API as a phone's app would be one: a session of its own, its tokens in its own
// hands. It shares nothing with the page that shows it.

import { inside } from "./jwt.js";
import { send } from "./wire.js";

const JSON_BODY = { "Content-Type": "application/json", Accept: "application/json" };

/** Tells `changed` whenever it has other tokens, or none. */
export class Device extends EventTarget {
  access = "";
  refreshTokens = []; // all that it was ever given: the newest is last
  endedBecause = "";

  get isSignedIn() {
    return Boolean(this.access);
  }

  get session() {
    return this.isSignedIn ? inside(this.access).claims.sid : "";
  }

  async logIn({ email, password }) {
    const answer = await this.#post("login", { email, password });
    if (answer.ok) {
      this.refreshTokens = [];
      this.#take(answer.json);
    }
    return answer;
  }

  /** The next pair, for the newest refresh token or for one that was given before it. */
  async refresh(token = this.refreshTokens.at(-1)) {
    const answer = await this.#post("refresh", { refresh: token });
    if (answer.ok) this.#take(answer.json);
    return answer;
  }

  /** Who it is. A 401 tells it that its session is over. */
  async me() {
    const answer = await send("GET", "/api/v1/auth/me/", { headers: { ...JSON_BODY, Authorization: `Bearer ${this.access}` } });
    if (answer.status === 401) this.#forget("Its session was ended: its access token is refused from the next request on.");
    return answer;
  }

  async logOut() {
    const answer = await this.#post("logout", { refresh: this.refreshTokens.at(-1) });
    this.#forget("");
    return answer;
  }

  #post(what, body) {
    return send("POST", `/api/v1/auth/${what}/`, { headers: JSON_BODY, body: JSON.stringify(body) });
  }

  #take({ access, refresh }) {
    this.access = access;
    if (refresh !== this.refreshTokens.at(-1)) this.refreshTokens.push(refresh);
    this.endedBecause = "";
    this.#tell();
  }

  #forget(why) {
    this.access = "";
    this.refreshTokens = [];
    this.endedBecause = why;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("changed"));
  }
}
