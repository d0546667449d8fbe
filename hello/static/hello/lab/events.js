// Server-sent events (WHATWG HTML, 9.2) by fetch, since an EventSource can send no token. It comes
// back by itself with `Last-Event-ID`, and misses nothing.

import { Unreachable } from "./errors.js";
import { isOffline, untilNextTry } from "./patience.js";
import { freshToken, renew } from "./session.js";
import { open, tell } from "./wire.js";

const NOTHING_MORE = 204;

/**
 * Follows the stream until the server says with a 204 that all has been told, or with a 4xx that
 * there is nothing to be told here. `onEvent({id, type, data})` for each event; `onStatus` hears
 * `live`, `reconnecting` and `offline`.
 */
export async function follow(path, { onEvent, onStatus, signal }) {
  const stream = { path, last: "", pause: 1000, onEvent };
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      const opened = await connect(stream, signal);
      if (!opened) return;
      onStatus("live");
      tries = 0;
      await read(opened, stream);
      await new Promise((resolve) => setTimeout(resolve, stream.pause));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Unreachable)) throw error;
      onStatus(isOffline() ? "offline" : "reconnecting");
      await untilNextTry(tries, signal);
    }
  }
}

/** The open stream; null where there is no more of it. Raises `Unreachable` where it may come yet. */
async function connect(stream, signal, mayRenew = true) {
  const headers = { Accept: "text/event-stream", Authorization: `Bearer ${await freshToken()}` };
  if (stream.last) headers["Last-Event-ID"] = stream.last;
  const opened = await open("GET", stream.path, { headers, signal });
  const { status, ok } = opened.response;
  if (ok && status !== NOTHING_MORE) return opened;
  await put(opened);
  if (status === 401 && mayRenew && (await renew()).ok) return connect(stream, signal, false);
  if (status >= 500 || status === 429) throw new Unreachable(`The site answered ${status}.`);
  return null;
}

/** An answer that is no stream, into the console. */
async function put({ response, exchange, finish }) {
  tell(exchange, { state: "answered", body: await response.text() });
  finish();
}

async function read({ response, exchange, finish }, stream) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) take(block, exchange, stream);
      tell(exchange);
    }
    tell(exchange, { state: "answered" });
  } catch {
    tell(exchange, { state: "failed", note: "The stream broke off." });
    throw new Unreachable("The stream broke off.");
  } finally {
    finish();
  }
}

function take(block, exchange, stream) {
  exchange.frames.push({ way: "in", text: block.replaceAll("\n", "  ") });
  const fields = Object.fromEntries(block.split("\n").map(field));
  if (fields.retry) stream.pause = Number(fields.retry);
  if (fields.id) stream.last = fields.id;
  if (fields.data) stream.onEvent({ id: fields.id, type: fields.event ?? "message", data: JSON.parse(fields.data) });
}

function field(line) {
  const [, name, value] = line.match(/^([^:]*):? ?(.*)$/);
  return [name, value];
}
