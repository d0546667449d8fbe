// A client of resumable uploads, as tus 1.0.0 has them (https://tus.io): created once, sent in
// pieces, and after a cut gone on with from where the server says it has come to.

import { call } from "./api.js";
import { pause } from "./dom.js";

export const TUS = "/api/v1/uploads/tus/";
const VERSION = { "Tus-Resumable": "1.0.0" };
const PIECE = 256 * 1024;
const BUSY = 423; // the request that was cut has not been noticed yet
const CONFLICT = 409; // the server has another offset

/** The server said no; `answer` is what it said. */
export class Refused extends Error {
  constructor(answer) {
    super(answer.problem?.detail ?? `The site answered ${answer.status}.`);
    this.answer = answer;
  }
}

/** Where the new upload is, as a path. Raises `Refused`. */
export async function create({ name, size }) {
  const headers = { ...VERSION, "Upload-Length": String(size), "Upload-Metadata": `filename ${inBase64(name)}` };
  const answer = accepted(await call("POST", TUS, { headers, needs: "account" }));
  return new URL(answer.headers.get("Location")).pathname;
}

/** How many bytes the server has. Raises `Refused` where the upload is gone. */
export async function offsetOf(url) {
  const answer = accepted(await call("HEAD", url, { headers: VERSION, needs: "account" }));
  return Number(answer.headers.get("Upload-Offset"));
}

/** Gives the upload up: what is there of it is deleted. */
export const terminate = (url) => call("DELETE", url, { headers: VERSION, needs: "account" });

/**
 * Sends what the server has not got, piece after piece; `tell(offset)` after each.
 * `between()` is how many milliseconds to wait then, as a slow line would.
 * Raises `Unreachable` at a cut and `Refused` at a no; to go on, call it again.
 */
export async function sendRest(url, file, { tell, between = () => 0, signal }) {
  let offset = await offsetOf(url);
  tell(offset);
  while (offset < file.size) {
    offset = await sendPiece(url, file, offset, signal);
    tell(offset);
    if (offset < file.size) await pause(between());
  }
}

async function sendPiece(url, file, offset, signal) {
  const headers = { ...VERSION, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
  const answer = await call("PATCH", url, { headers, body: file.slice(offset, offset + PIECE), signal });
  if (answer.status === BUSY) await pause(500);
  if (answer.status === BUSY || answer.status === CONFLICT) return offsetOf(url);
  return Number(accepted(answer).headers.get("Upload-Offset"));
}

function accepted(answer) {
  if (!answer.ok) throw new Refused(answer);
  return answer;
}

const inBase64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
