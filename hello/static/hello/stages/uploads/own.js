// One's own uploads: pictures of them that appear by themselves, parts of them, how much room is left.

import { call, get, pages, remove } from "../../lab/api.js";
import { bytes, fill, find, h, onClick, pause, whileBusy } from "../../lab/dom.js";
import { Unreachable } from "../../lab/errors.js";
import { empty, guarded, loading, say, sayProblem } from "../../lab/notice.js";
import { patiently } from "../../lab/patience.js";
import { save } from "../../lab/saving.js";
import { session, state } from "../../lab/session.js";
import { relative } from "../../lab/times.js";

const UPLOADS = "/api/v1/uploads/";
const AT_ONCE = 6;
const TRIES = 30;
const PREVIEW = "256";
const list = find("#own");
const notice = find("#own-notice");
const pictures = new Map(); // by id, so that none is fetched twice
let shown = AT_ONCE;
let turn = 0;

export function startOwn() {
  onClick("[data-more]", () => {
    shown += AT_ONCE;
    return look();
  });
  onClick("[data-look]", look);
  let who = null;
  session.addEventListener("changed", () => {
    if (who !== state.email) look();
    who = state.email;
  });
  look();
}

/** All of them, for the room that they take; the newest are shown. */
export async function look() {
  turn += 1;
  const mine = turn;
  find("#own-tools").hidden = !state.isSignedIn;
  if (!state.isSignedIn) {
    room(0);
    say(notice, "");
    fill(list, empty("Nobody is signed in here. Send a file, and you are asked who you are."));
    return;
  }
  if (!find(".upload", list)) fill(list, loading());
  await guarded(notice, async () => {
    const uploads = await patiently(all, { onWait: (text) => mine === turn && say(notice, text, "offline"), signal: newSignal() });
    if (mine !== turn || !uploads) return;
    say(notice, "");
    room(uploads.reduce((sum, { size }) => sum + size, 0));
    find("[data-more]").hidden = uploads.length <= shown;
    fill(list, uploads.length ? h("ul", { class: "uploads" }, uploads.slice(0, shown).map(card)) : empty("No file yet. Drop one above, or take the painted picture."));
  });
}

let controller = new AbortController();

/** Whoever waited for an earlier look waits no more. */
function newSignal() {
  controller.abort();
  controller = new AbortController();
  return controller.signal;
}

async function all() {
  const uploads = [];
  for await (const answer of pages(`${UPLOADS}?limit=100`)) {
    if (!answer.ok) {
      if (state.isSignedIn) sayProblem(notice, answer);
      return null;
    }
    uploads.push(...answer.json.results);
  }
  return uploads;
}

function room(used) {
  const bar = find("#room");
  bar.value = used;
  find("#room-text").textContent = `${bytes(used)} of ${bytes(bar.max)} used`;
}

function card(upload) {
  const frame = h("div", { class: "preview" }, upload.image ? waitingPicture() : h("span", {}, suffix(upload)));
  if (upload.image) showPicture(upload, frame);
  const hex = h("pre", { class: "hex", hidden: true, tabindex: "0" });
  return h("li", { class: "upload", "data-upload": upload.id },
    frame,
    h("div", {},
      h("strong", {}, upload.name),
      h("small", {}, described(upload)),
      h("small", { title: upload.sha256 }, upload.sha256 ? `sha256 ${upload.sha256.slice(0, 12)}…` : ""),
      h("p", { class: "row tight" }, upload.status === "stored" ? [
        button("First 16 bytes", upload, () => firstBytes(upload, hex)),
        button("Save", upload, async () => shownUnlessOk(await save(pathOf(upload.url), upload.name))),
      ] : null, button("Delete", upload, () => gone(upload), "danger")),
      hex));
}

const suffix = ({ name }) => (name.includes(".") ? name.split(".").at(-1).slice(0, 5) : "file");

function described({ size, content_type: type, image, status, created_at: at }) {
  const parts = [bytes(size), type, image ? `${image.width} × ${image.height}` : null, status === "pending" ? "pending: not all there" : null, relative(at)];
  return parts.filter(Boolean).join(" · ");
}

const pathOf = (url) => new URL(url).pathname;

function button(text, { name }, work, mood = "quiet") {
  const made = h("button", { type: "button", class: `button ${mood} small`, "aria-label": `${text}: ${name}` }, text);
  made.addEventListener("click", () => whileBusy(made, () => guarded(notice, work)));
  return made;
}

function shownUnlessOk(answer) {
  if (!answer.ok) sayProblem(notice, answer);
}

async function gone(upload) {
  const answer = await remove(`${UPLOADS}${upload.id}/`);
  if (!answer.ok && answer.status !== 404) return sayProblem(notice, answer);
  pictures.delete(upload.id);
  return look();
}

/** A part of it, as bytes: what a file is, its first ones tell. */
async function firstBytes(upload, place) {
  const answer = await call("GET", pathOf(upload.url), { headers: { Accept: "*/*", Range: "bytes=0-15" } });
  if (!answer.ok) return sayProblem(notice, answer);
  const part = [...new Uint8Array(answer.content).slice(0, 16)];
  const letters = part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
  place.hidden = false;
  return fill(place, `${answer.status}, ${answer.headers.get("Content-Range") ?? "all of it"}\n${part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}\n${letters}`);
}

// ---- Thumbnails ----------------------------------------------------------------------

const waitingPicture = () => h("span", { class: "making" }, "a small copy is being made");

/** They are made in the background; until then the upload is asked for, and mostly is unchanged. */
async function showPicture(upload, frame) {
  try {
    const address = pictures.get(upload.id) ?? (await thumbnailOf(upload, frame));
    const url = address && (await dataUrl(upload.id, address));
    if (url) fill(frame, h("img", { src: url, alt: `A small copy of ${upload.name}` }));
  } catch (error) {
    if (!(error instanceof Unreachable) && error.name !== "AbortError") throw error;
    fill(frame, h("span", {}, "no answer"));
  }
}

async function thumbnailOf(upload, frame) {
  let { image } = upload;
  let etag = "";
  for (let tries = 0; !image.thumbnails[PREVIEW] && tries < TRIES; tries += 1) {
    await pause(1000);
    if (!state.isSignedIn || (tries && !frame.isConnected)) return null;
    const answer = await get(`${UPLOADS}${upload.id}/`, { headers: etag ? { "If-None-Match": etag } : {} });
    if (answer.status === 404) return null;
    etag = answer.headers.get("ETag") ?? etag;
    image = answer.json?.image ?? image;
  }
  return image.thumbnails[PREVIEW] ?? Object.values(image.thumbnails)[0] ?? null;
}

/** A picture that needs a token cannot be an `img`'s address: it is fetched, and shown as data. */
async function dataUrl(id, address) {
  if (address.startsWith("data:")) return address;
  const answer = await call("GET", pathOf(address), { headers: { Accept: "*/*" } });
  if (!answer.ok) return null;
  const type = answer.headers.get("Content-Type");
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(new Blob([answer.content], { type }));
  });
  pictures.set(id, url);
  return url;
}
