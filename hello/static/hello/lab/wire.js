// Everything that goes over the wire from this page goes through here, and is written down as it
// really went: method, address, headers, body, status, time.

import { Unreachable } from "./errors.js";

export const wire = new EventTarget();
export const exchanges = [];

const MOST = 60;
const LONGEST_SHOWN = 20_000;
const LONGEST_PARSED = 500_000;
const TEXT = /^(text\/|application\/([\w.-]+\+)?(json|xml|javascript|jsonl))/;
const SECRET = /("(?:password|new_password|current_password)"\s*:\s*)"(?:[^"\\]|\\.)*"/g;

let isCut = false;
const underWay = new Set();

/** Cuts this page's connection, or mends it: what is under way fails as on a lost network. */
export function cutConnection(cut) {
  isCut = cut;
  if (cut) for (const controller of underWay) controller.abort();
  wire.dispatchEvent(new CustomEvent("connection", { detail: { cut } }));
}

export const connectionIsCut = () => isCut;

/** Writes a new exchange down. Whoever carries it calls `tell` as it goes on. */
export function begin({ method, url, headers = {}, body = null, kind = "request" }) {
  const exchange = {
    id: exchanges.length ? exchanges.at(-1).id + 1 : 1,
    kind,
    method,
    url,
    requestHeaders: Object.entries(headers),
    requestBody: shownBody(body),
    sentBody: typeof body === "string" ? body : null,
    state: "under way",
    status: null,
    statusText: "",
    headers: [],
    body: null,
    note: "",
    frames: [],
    milliseconds: null,
    startedAt: performance.now(),
  };
  exchanges.push(exchange);
  if (exchanges.length > MOST) exchanges.shift();
  tell(exchange);
  return exchange;
}

export function tell(exchange, changes = {}) {
  Object.assign(exchange, changes);
  wire.dispatchEvent(new CustomEvent("exchange", { detail: exchange }));
}

/**
 * Sends one request and gives its answer: `{status, ok, headers, text, json, problem, exchange}`.
 * An answer with an error status is an answer. Raises `Unreachable` where none comes.
 * `cookies` lets the browser send and take cookies; otherwise a request bears what is shown.
 */
export async function send(method, url, { headers = {}, body, cookies = false, signal } = {}) {
  const exchange = begin({ method, url, headers, body });
  const { response, finish } = await begun(exchange, { method, url, headers, body, cookies, signal });
  try {
    const content = await response.arrayBuffer();
    return answerOf(exchange, response, content);
  } catch (error) {
    throw failed(exchange, error);
  } finally {
    finish();
  }
}

/** As `send`, but the body is the caller's to read: `{response, exchange, finish}`. */
export async function open(method, url, { headers = {}, signal } = {}) {
  const exchange = begin({ method, url, headers, kind: "stream" });
  const opened = await begun(exchange, { method, url, headers, signal });
  tell(exchange, { state: "streaming" });
  return { ...opened, exchange };
}

async function begun(exchange, { method, url, headers, body, cookies, signal }) {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  underWay.add(controller);
  const finish = () => underWay.delete(controller);
  try {
    if (isCut) throw new TypeError("The connection is cut.");
    const response = await fetch(url, {
      method,
      headers,
      body,
      credentials: cookies ? "same-origin" : "omit",
      cache: "no-store", // what is shown has gone to the server and back
      signal: controller.signal,
    });
    tell(exchange, {
      status: response.status,
      statusText: response.statusText,
      headers: [...response.headers],
      milliseconds: performance.now() - exchange.startedAt,
    });
    return { response, finish };
  } catch (error) {
    finish();
    throw failed(exchange, error);
  }
}

function failed(exchange, error) {
  const note = isCut
    ? "The connection is cut: no answer came."
    : error.name === "AbortError"
      ? "Given up before the answer was there."
      : "No answer came. Is the site running?";
  tell(exchange, { state: "failed", note, milliseconds: performance.now() - exchange.startedAt });
  return error.name === "AbortError" && !isCut ? error : new Unreachable(note);
}

function answerOf(exchange, response, content) {
  const type = response.headers.get("Content-Type") ?? "";
  const isText = TEXT.test(type);
  const text = isText ? new TextDecoder().decode(content) : "";
  const note = content.byteLength && !isText ? `${content.byteLength.toLocaleString("en")} bytes of ${type || "data"}` : "";
  tell(exchange, {
    state: "answered",
    body: text,
    note,
    milliseconds: performance.now() - exchange.startedAt,
  });
  const json = /json/.test(type) && !/jsonl/.test(type) && text ? parsed(text) : null;
  const isProblem = type.startsWith("application/problem+json");
  return {
    exchange,
    status: response.status,
    ok: response.ok,
    headers: response.headers,
    content,
    text,
    json,
    problem: isProblem ? json : null,
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function shownBody(body) {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") return body.replace(SECRET, '$1"•••••••• (not shown)"');
  if (body instanceof FormData) return [...body].map(([name, value]) => `${name}: ${described(value)}`).join("\n");
  return described(body);
}

function described(value) {
  if (value instanceof File) return `${value.name}, ${value.size.toLocaleString("en")} bytes`;
  if (value instanceof Blob) return `${value.size.toLocaleString("en")} bytes`;
  if (value instanceof ArrayBuffer) return `${value.byteLength.toLocaleString("en")} bytes`;
  return String(value);
}

/** Text of a body for reading: JSON set out in lines, long ones cut. */
export function readable(text) {
  const json = /^\s*[[{]/.test(text) && text.length < LONGEST_PARSED ? parsed(text) : null;
  const shown = json ? JSON.stringify(json, null, 2) : text;
  const left = shown.length - LONGEST_SHOWN;
  return left > 0 ? `${shown.slice(0, LONGEST_SHOWN)}\n… and ${left.toLocaleString("en")} characters more` : shown;
}

/** The same request for a terminal. Passwords are left for you to fill in. */
export function asCurl(exchange) {
  const address = new URL(exchange.url, location.href).href;
  const parts = exchange.method === "HEAD" ? ["curl -I"] : ["curl -i"];
  if (!["GET", "HEAD"].includes(exchange.method)) parts.push(`-X ${exchange.method}`);
  for (const [name, value] of exchange.requestHeaders) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (exchange.sentBody) parts.push(`--data-raw ${quoted(exchange.requestBody)}`);
  else if (exchange.requestBody) parts.push("--data-binary @FILE");
  return [...parts, quoted(address)].join(" \\\n  ");
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
