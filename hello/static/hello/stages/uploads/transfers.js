// Files on their way: how far each is, the cut, and going on.

import { call, post } from "../../lab/api.js";
import { startCutting } from "../../lab/cut.js";
import { bytes, fill, find, h, whileBusy } from "../../lab/dom.js";
import { Declined, Unreachable } from "../../lab/errors.js";
import { dropFile, keepFile, keptFile } from "../../lab/kept-file.js";
import { sayProblem } from "../../lab/notice.js";
import { isOffline, patiently } from "../../lab/patience.js";
import { reached } from "../../lab/progress.js";
import { session, state } from "../../lab/session.js";
import { Refused, create, offsetOf, sendRest, terminate } from "../../lab/tus.js";
import { look } from "./own.js";

const KEPT = "practice-upload"; // of this tab: where the upload is that a reload must not lose
const SLOW = 250;
const list = find("#transfers");

export function startTransfers() {
  startCutting();
  session.addEventListener("changed", resumeAfterReload);
  resumeAfterReload();
}

/** Sends the file by this way. */
export async function take(file, way) {
  const kept = remembered();
  if (way === "tus" && kept && !rows.has(kept.url) && kept.name === file.name && kept.size === file.size) return resume(file, kept);
  const row = new Row(file);
  return { tus: byTus, form: byForm, direct: byAddress }[way](file, row);
}

// ---- The three ways ------------------------------------------------------------------

async function byForm(file, row) {
  const form = new FormData();
  form.append("file", file);
  row.show("sending", undefined);
  await row.follow(async () => row.ended(await call("POST", "/api/v1/uploads/", { body: form, needs: "account" })));
}

async function byAddress(file, row) {
  row.show("asking where to", undefined);
  await row.follow(async () => {
    const asked = await post("/api/v1/uploads/presign/", { name: file.name, size: file.size, content_type: file.type || "text/plain" }, { needs: "account" });
    if (!asked.ok) return row.ended(asked);
    const { id, url, method, headers } = asked.json;
    if (new URL(url).origin !== location.origin) return row.elsewhere(new URL(url).origin);
    row.show("sending to the signed address", undefined);
    const sent = await call(method, pathOf(url), { headers, body: file, stranger: true });
    return row.ended(sent.ok ? await post(`/api/v1/uploads/${id}/complete/`) : sent);
  });
}

const pathOf = (url) => new URL(url).pathname + new URL(url).search;

async function byTus(file, row) {
  await keepFile(file);
  await row.follow(async () => {
    row.show("announcing it", 0);
    const url = await patiently(() => create(file), row.patience);
    remember({ url, name: file.name, size: file.size });
    await sendByTus(url, file, row);
  });
}

async function sendByTus(url, file, row) {
  rows.set(url, row);
  row.onGiveUp = () => terminate(url);
  const tell = (offset) => row.show("sending", offset / Math.max(1, file.size), `${bytes(offset)} of ${bytes(file.size)}`);
  const between = () => (find("#slow").checked ? SLOW : 0);
  await patiently(() => sendRest(url, file, { tell, between, signal: row.signal }), row.patience);
  forgetKept(url);
  if (row.wasCut) reached("resumed");
  row.done();
}

// ---- After a cut, and after a reload -------------------------------------------------

const rows = new Map();
let looked = false;

function remembered() {
  const text = sessionStorage.getItem(KEPT);
  return text ? JSON.parse(text) : null;
}

const remember = (upload) => sessionStorage.setItem(KEPT, JSON.stringify(upload));

function forgetKept(url) {
  if (remembered()?.url !== url) return;
  sessionStorage.removeItem(KEPT);
  dropFile();
}

async function resumeAfterReload() {
  const kept = remembered();
  if (looked || !kept || !state.isSignedIn) return;
  looked = true;
  const file = await keptFile();
  if (file?.name === kept.name && file.size === kept.size) await resume(file, kept);
  else await askForFile(kept);
}

async function resume(file, { url }) {
  const row = new Row(file);
  row.wasCut = true;
  await row.follow(() => sendByTus(url, file, row));
}

/** The browser has not kept the file: only its owner can say where it is. */
async function askForFile(kept) {
  const row = new Row(kept);
  row.onGiveUp = () => terminate(kept.url).then(() => forgetKept(kept.url));
  await row.follow(async () => {
    const offset = await offsetOf(kept.url);
    row.show("choose the same file again, and it goes on", offset / Math.max(1, kept.size), `${bytes(offset)} of ${bytes(kept.size)} are there`);
  });
}

// ---- What is shown of each -----------------------------------------------------------

class Row {
  wasCut = false;
  onGiveUp = null;
  #controller = new AbortController();

  constructor({ name, size }) {
    this.bar = h("progress", { max: 1, "aria-label": `${name} sent` });
    this.state = h("span", { class: "state busy" });
    this.detail = h("small", {});
    this.notice = h("div", { class: "notice", role: "status" });
    this.stop = h("button", { type: "button", class: "button danger small", "aria-label": `Give up ${name}` }, "Give up");
    this.stop.addEventListener("click", () => whileBusy(this.stop, () => this.giveUp()));
    this.element = h("li", { class: "transfer" },
      h("div", { class: "line" }, h("strong", {}, name), " ", h("small", {}, bytes(size)), this.state),
      this.bar, h("div", { class: "line" }, this.detail, this.stop), this.notice);
    list.prepend(this.element);
    while (list.children.length > 6) list.lastElementChild.remove();
  }

  get signal() {
    return this.#controller.signal;
  }

  /** How it waits for a network that is away. */
  get patience() {
    return { onWait: () => this.cutOff(), signal: this.signal };
  }

  show(text, part, detail = "") {
    this.#set(text, "busy");
    if (part === undefined) this.bar.removeAttribute("value");
    else this.bar.value = part;
    if (detail || !part) fill(this.detail, detail);
  }

  cutOff() {
    this.wasCut = true;
    this.#set(isOffline() ? "cut off: goes on when the network is back" : "no answer: trying again", "bad");
  }

  /** Runs the work; how it ended is said here. */
  async follow(work) {
    try {
      await work();
    } catch (error) {
      if (error instanceof Refused) this.refused(error.answer);
      else if (error instanceof Unreachable) this.#end(`cut off, and by this way it begins anew`, "bad");
      else if (error instanceof Declined) this.#end("not sent: that needs an account", "bad");
      else if (error.name !== "AbortError") throw error;
    }
  }

  ended(answer) {
    if (answer.ok) this.done();
    else this.refused(answer);
  }

  done() {
    this.bar.value = 1;
    this.#end("stored", "good");
    look();
  }

  elsewhere(origin) {
    this.#end(`to be sent to ${origin}, where this page's Content-Security-Policy lets it send nothing: copy the request as curl`, "");
  }

  refused(answer) {
    this.#end(`refused: ${answer.status}`, "bad");
    const kept = remembered();
    if (kept && rows.get(kept.url) === this) forgetKept(kept.url);
    sayProblem(this.notice, answer);
  }

  async giveUp() {
    this.#controller.abort();
    const url = [...rows].find(([, row]) => row === this)?.[0];
    if (url) forgetKept(url);
    await this.onGiveUp?.().catch(() => undefined);
    this.#end("given up: what was there is deleted", "");
    look();
  }

  #set(text, mood) {
    this.state.className = `state ${mood}`;
    fill(this.state, text);
  }

  #end(text, mood) {
    this.#set(text, mood);
    if (!this.bar.hasAttribute("value")) this.bar.value = 0;
    this.bar.hidden = mood !== "good";
    fill(this.detail);
    this.stop.remove();
  }
}
