// Stage 9: two windows on one room. A message that was acknowledged is stored; what a window
// missed it asks for; what was not acknowledged it sends again, under the same client_id.

import { call, get, post } from "../lab/api.js";
import { fill, find, h, onClick, onSubmit, pause } from "../lab/dom.js";
import { empty, guarded, say, sayProblem } from "../lab/notice.js";
import { reached } from "../lab/progress.js";
import { openSocket } from "../lab/socket.js";
import { send } from "../lab/wire.js";

const FINAL = { 4401: "Not signed in any more.", 4403: "Not a member of this room.", 4404: "There is no such room.", 4410: "The room is gone." };
const RESTARTING = 1012;
const TYPING_SECONDS = 3;

/** One window: what it has seen, what it still has to send, and its connection. */
class ChatWindow {
  constructor({ name, slug, caller, side }) {
    Object.assign(this, { name, slug, caller, side });
    this.last = 0;
    this.messages = new Map();
    this.pending = new Map();
    this.present = new Map();
    this.wanted = true;
    this.attempts = 0;
    this.missed = 0;
    this.lastSent = null;
    this.draw();
  }

  draw() {
    this.state = h("span", { class: "state" }, "…");
    this.people = h("p", { class: "people" }, "Nobody here yet.");
    this.list = h("ol");
    this.log = h("div", { class: "messages", tabindex: "0", "aria-label": `What ${this.name} sees`, role: "log" }, this.list);
    this.typing = h("p", { class: "typing", "aria-live": "off" });
    this.notice = h("p", { class: "notice", role: "status" });
    const id = `say-${this.side}`;
    this.form = h(
      "form",
      { class: "row tight" },
      h("label", { class: "offscreen", for: id }, `Say something as ${this.name}`),
      h("input", { id, name: "text", class: "grow", maxlength: "4000", autocomplete: "off", placeholder: "Say something" }),
      h("button", { class: "button small" }, "Send"),
    );
    onSubmit(this.form, ({ text }) => this.write(text));
    this.form.addEventListener("input", () => this.sayTyping());
    this.lose = button("Lose the connection", () => this.toggle());
    const again = button("Send the last again", () => this.sendAgain());
    const nonsense = button("Send nonsense", () => this.sendNonsense());
    this.element = h(
      "section",
      { class: "card chat", "aria-label": this.name, "data-window": this.side },
      h("p", { class: "row tight" }, h("strong", {}, this.name), this.state),
      this.people,
      this.log,
      this.typing,
      this.form,
      h("p", { class: "row tight" }, this.lose, again, nonsense),
      this.notice,
    );
  }

  /** What was said last, so that a room of thousands is not told from its beginning. */
  async recall() {
    const answer = await this.caller("GET", `/api/v1/chat/rooms/${this.slug}/messages/?limit=20`);
    for (const message of (answer.json?.results ?? []).reverse()) this.onMessage(message);
  }

  // ---- The connection ----

  async connect() {
    this.show("connecting", "busy");
    try {
      this.socket = await openSocket(`/ws/chat/${this.slug}/`, {
        call: this.caller,
        query: { after: this.last },
        label: this.side,
        on: { open: () => this.opened(), frame: (frame) => this.hear(frame), close: (how) => this.closed(how) },
      });
    } catch (error) {
      this.closed({ code: 1006, reason: error.message });
    }
  }

  opened() {
    this.isCatchingUp = true;
    this.missed = 0;
    this.show("here", "good");
  }

  async closed({ code }) {
    this.socket = null;
    this.present.clear();
    this.showPeople();
    if (!this.wanted) return this.show("lost, by you", "bad");
    if (FINAL[code]) {
      this.wanted = false;
      say(this.notice, FINAL[code], "failed");
      return this.show(`closed: ${code}`, "bad");
    }
    const wait = code === RESTARTING && !this.attempts ? 200 : Math.min(8000, 400 * 2 ** this.attempts) * (0.75 + Math.random() / 2);
    this.attempts += 1;
    this.show(`back in ${(wait / 1000).toFixed(1)} s`, "busy");
    await pause(wait);
    return this.wanted && !this.socket ? this.connect() : undefined;
  }

  toggle() {
    if (this.wanted) {
      this.wanted = false;
      this.socket?.close();
      this.show("lost, by you", "bad");
      this.lose.textContent = "Come back";
      return undefined;
    }
    this.wanted = true;
    this.attempts = 0;
    this.lose.textContent = "Lose the connection";
    return this.connect();
  }

  // ---- What comes in ----

  hear(frame) {
    const heard = { message: this.onMessage, ack: this.onAck, ready: this.onReady, joined: this.onJoined, left: this.onLeft, typing: this.onTyping, error: this.onError, edited: this.onChange, deleted: this.onChange };
    heard[frame.type]?.call(this, frame);
  }

  onMessage(message) {
    if (message.seq > this.last + 1 && this.hasBeenHere && !this.isCatchingUp) this.socket.send({ type: "resume", after: this.last });
    if (this.isCatchingUp && message.seq > this.last) this.missed += 1;
    this.last = Math.max(this.last, message.seq);
    if (this.messages.has(message.id)) return;
    this.messages.set(message.id, message);
    this.list.append(this.row(message));
    this.typing.textContent = "";
    this.settle();
    seenBy(this, message);
  }

  onAck({ client_id: clientId, seq }) {
    const isRepeat = !this.pending.has(clientId) && this.lastSent?.client_id === clientId;
    this.pending.get(clientId)?.remove();
    this.pending.delete(clientId);
    if (isRepeat) {
      say(this.notice, `Acknowledged again as number ${seq}. Stored once.`);
      reached("once");
    }
  }

  onReady({ seq, present }) {
    this.attempts = 0;
    this.last = Math.max(this.last, seq);
    this.present = new Map(present.map((user) => [user.id, user]));
    this.showPeople();
    if (this.hasBeenHere) say(this.notice, this.missed ? `Back, and caught up: ${this.missed} missed, now read.` : "Back. Nothing was missed.");
    if (this.hasBeenHere && this.missed) reached("caught-up");
    this.isCatchingUp = false;
    this.hasBeenHere = true;
    for (const [clientId, row] of this.pending) this.socket.send({ type: "send", client_id: clientId, text: row.dataset.text });
  }

  onJoined({ user }) {
    this.present.set(user.id, user);
    this.showPeople();
  }

  onLeft({ user }) {
    this.present.delete(user.id);
    this.showPeople();
  }

  onTyping({ user }) {
    this.typing.textContent = `${user.name || "Somebody"} is typing…`;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => { this.typing.textContent = ""; }, TYPING_SECONDS * 1000);
  }

  onError({ code, detail }) {
    say(this.notice, "", "failed");
    fill(this.notice, h("strong", {}, code), h("span", {}, detail));
    reached("refused");
  }

  onChange({ id, type, text }) {
    const row = find(`[data-id="${id}"]`, this.list);
    if (!row) return;
    find(".text", row).textContent = type === "deleted" ? "(deleted)" : text;
  }

  // ---- What goes out ----

  write(text) {
    if (!text.trim()) return;
    const clientId = crypto.randomUUID();
    const row = h("li", { class: "waiting", dataset: { text } }, h("span", { class: "text" }, text), h("small", {}, "not sent yet"));
    this.pending.set(clientId, row);
    this.list.append(row);
    this.settle();
    this.form.reset();
    this.lastSent = { type: "send", client_id: clientId, text };
    if (this.socket?.isOpen) this.socket.send(this.lastSent);
  }

  sendAgain() {
    if (!this.lastSent) return say(this.notice, "Nothing has been sent yet.");
    if (!this.socket?.isOpen) return say(this.notice, "It goes out once the connection is back.");
    return this.socket.send(this.lastSent);
  }

  sendNonsense() {
    if (this.socket?.isOpen) this.socket.send({ type: "dance", steps: 3 });
  }

  sayTyping() {
    if (!this.socket?.isOpen || Date.now() - (this.typedAt ?? 0) < 2000) return;
    this.typedAt = Date.now();
    this.socket.send({ type: "typing" });
  }

  // ---- What is to be seen ----

  row(message) {
    return h(
      "li",
      { dataset: { id: message.id } },
      h("small", { class: "seq", title: "its number in the room" }, String(message.seq)),
      h("strong", {}, message.user.name || "Somebody"),
      h("span", { class: "text" }, message.deleted_at ? "(deleted)" : message.text),
    );
  }

  /** What waits stands last; the newest is in sight. */
  settle() {
    this.list.append(...this.pending.values());
    this.log.scrollTop = this.log.scrollHeight;
  }

  show(text, mood) {
    this.state.textContent = text;
    this.state.className = `state ${mood}`;
  }

  showPeople() {
    const names = [...this.present.values()].map((user) => user.name || "Somebody");
    this.people.textContent = names.length ? `Here: ${names.join(", ")}` : "Who is here is not known while the connection is lost.";
    if (names.length >= 2) reached("present");
  }
}

function button(label, handler) {
  const made = h("button", { type: "button", class: "button quiet small" }, label);
  onClick(made, handler);
  return made;
}

// ---- Both of them --------------------------------------------------------------------

const told = find("#room-told");
const place = find("#windows");
let windows = [];

const seenBy = (_, message) => {
  if (windows.length === 2 && windows.every((each) => each.messages.has(message.id))) reached("both");
};

onSubmit(find("#open"), async ({ slug }) => {
  await guarded(told, async () => {
    const answer = await post("/api/v1/chat/rooms/", { slug, title: slug }, { needs: "account" });
    if (!answer.ok && answer.status !== 409) return sayProblem(told, answer);
    say(told, answer.ok ? `The room ${slug} is new, and yours.` : `The room ${slug} was there already: you walk in.`);
    for (const each of windows) each.wanted && each.toggle();
    const me = await get("/api/v1/auth/me/");
    windows = [
      new ChatWindow({ name: me.json.name || "You", slug, caller: call, side: "left" }),
      new ChatWindow({ name: "A second reader", slug, caller: await secondReader(), side: "right" }),
    ];
    fill(place, windows.map((each) => each.element));
    await Promise.all(windows.map((each) => each.recall().then(() => each.connect())));
    return undefined;
  });
});

let second = null;

/** An account of its own, whose tokens this page holds in memory beside yours. */
async function secondReader() {
  if (second) return second;
  const json = { "Content-Type": "application/json", Accept: "application/json" };
  const account = { email: `second-${crypto.randomUUID().slice(0, 8)}@example.com`, password: crypto.randomUUID(), name: "Second reader" };
  await send("POST", "/api/v1/auth/signup/", { headers: json, body: JSON.stringify(account) });
  let tokens = null;
  const logIn = async () => {
    const { email, password } = account;
    const answer = await send("POST", "/api/v1/auth/login/", { headers: json, body: JSON.stringify({ email, password }) });
    tokens = { ...answer.json, until: Date.now() + (answer.json.expires_in - 10) * 1000 };
  };
  second = async (method, path) => {
    if (!tokens || Date.now() > tokens.until) await logIn();
    return send(method, path, { headers: { Accept: "application/json", Authorization: `Bearer ${tokens.access}` } });
  };
  return second;
}

// ---- Notifications -------------------------------------------------------------------

const feed = find("#feed-list");
const feedTold = find("#feed-told");

onClick("#feed", (listen) =>
  guarded(feedTold, async () => {
    await get("/api/v1/auth/me/", { needs: "account" });
    await openSocket("/ws/notifications/", {
      call,
      on: {
        open: () => say(feedTold, "Listening."),
        frame: hearNotification,
        close: ({ code }) => (say(feedTold, `Closed with ${code}.`), (listen.hidden = false)),
      },
    });
    listen.hidden = true;
    find("#feed-job").hidden = false;
  }),
);

onClick("#feed-job", () => guarded(feedTold, () => post("/api/v1/jobs/", { kind: "jobs.sleep", params: { seconds: 3 } }, { needs: "account" })));

/** A newer notification about the same thing takes the older one's place. */
function hearNotification(frame) {
  if (frame.type === "ready") return;
  const about = `${frame.type} ${frame.job?.id ?? frame.id ?? frame.number}`;
  const text = frame.type === "job" ? jobLine(frame) : JSON.stringify({ ...frame, type: undefined });
  const row = h("li", { dataset: { about } }, h("b", {}, frame.type), ` ${text}`);
  const before = [...feed.children].find((each) => each.dataset.about === about);
  if (before) before.replaceWith(row);
  else feed.prepend(row);
}

const jobLine = ({ job, ...frame }) => {
  const { kind, state, progress } = job ?? frame;
  return `${kind ?? ""} ${state ?? ""} ${Math.round((progress ?? 0) * 100)} %`;
};

window.addEventListener("pagehide", () => windows.forEach((each) => { each.wanted = false; }));
if (!windows.length) fill(place, empty("No window is open."));
