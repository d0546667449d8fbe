// The console of a stage's page: every request and its answer, the newest open.

import { fill, find, findAll, h, jsonMarkup } from "./dom.js";
import { asCurl, exchanges, readable, wire } from "./wire.js";

// What the site says with every answer: worth a look once, in the way after that.
const USUAL = /^(content-security-policy|cross-origin-.*|permissions-policy|referrer-policy|x-content-type-options|x-frame-options|date|server|connection)$/;

const shown = new Map();

export function startConsole(panel, compose) {
  const list = find(".exchanges", panel);
  wire.addEventListener("exchange", ({ detail: exchange }) => {
    if (!shown.has(exchange.id)) add(list, exchange, compose);
    scheduleUpdate(exchange, panel);
  });
  find("[data-clear]", panel).addEventListener("click", () => {
    exchanges.length = 0;
    shown.clear();
    fill(list);
    panel.classList.remove("in-use");
    fill(find(".latest", panel));
  });
  const toggle = find(".wire-toggle", panel);
  toggle.addEventListener("click", () => {
    const isOpen = panel.classList.toggle("opened");
    toggle.setAttribute("aria-expanded", String(isOpen));
    toggle.textContent = isOpen ? "Hide" : "Show";
  });
}

function add(list, exchange, compose) {
  for (const open of findAll("details.exchange[open]", list)) open.open = false;
  const element = h("details", { class: "exchange", open: true }, h("summary"), h("div", { class: "inside" }));
  const row = h("li", {}, element);
  shown.set(exchange.id, { row, element, compose });
  list.prepend(row);
  while (list.children.length > 40) list.lastElementChild.remove();
  element.addEventListener("toggle", () => element.open && draw(exchange));
}

const waiting = new Set();

/** At most once a frame: a stream may tell of a hundred changes in that time. */
function scheduleUpdate(exchange, panel) {
  if (waiting.has(exchange)) return;
  waiting.add(exchange);
  requestAnimationFrame(() => {
    waiting.delete(exchange);
    const entry = shown.get(exchange.id);
    if (!entry) return;
    panel.classList.add("in-use");
    fill(find("summary", entry.element), summary(exchange));
    fill(find(".latest", panel), summary(exchange));
    if (entry.element.open) draw(exchange);
  });
}

function summary(exchange) {
  return [
    h("b", {}, exchange.method),
    h("span", { class: "path" }, exchange.url),
    h("span", { class: `status ${mood(exchange)}` }, statusOf(exchange)),
  ];
}

function mood({ state, status }) {
  if (state === "failed") return "bad";
  if (!status) return "";
  return status >= 400 ? "bad" : "good";
}

function statusOf({ state, status, milliseconds }) {
  if (state === "under way") return "…";
  if (state === "failed") return "no answer";
  return `${status} · ${Math.round(milliseconds)} ms`;
}

function draw(exchange) {
  const { element, compose } = shown.get(exchange.id) ?? {};
  if (!element) return;
  fill(find(".inside", element), asked(exchange), answered(exchange), tools(exchange, compose));
  if (!exchange.frames.length) return;
  const log = find(".answered pre", element);
  log.scrollTop = log.scrollHeight; // the newest frame in sight
}

function asked(exchange) {
  return h(
    "pre",
    { class: "asked", tabindex: "0", role: "region", "aria-label": "Request" },
    h("b", {}, `${exchange.method} ${exchange.url}`),
    "\n",
    headerLines(exchange.requestHeaders.map(([name, value]) => [name, shortened(name, value)])),
    exchange.requestBody ? ["\n", ...jsonMarkup(readable(exchange.requestBody))] : null,
  );
}

const shortened = (name, value) =>
  name === "Authorization" && value.length > 40 ? `${value.slice(0, 22)}…${value.slice(-8)}` : value;

function answered(exchange) {
  const body = exchange.frames.length ? frames(exchange) : bodyOf(exchange);
  const usual = exchange.headers.filter(([name]) => USUAL.test(name));
  const telling = exchange.headers.filter(([name]) => !USUAL.test(name));
  return h(
    "div",
    { class: "answered" },
    h(
      "pre",
      { tabindex: "0", role: "region", "aria-label": "Answer" },
      exchange.status ? h("b", { class: mood(exchange) }, `${exchange.status} ${exchange.statusText}`.trim(), "\n") : null,
      headerLines(telling),
      exchange.note ? h("i", {}, `\n${exchange.note}`) : null,
      body,
    ),
    usual.length ? h("details", {}, h("summary", {}, `and ${usual.length} headers that every answer has`), h("pre", { tabindex: "0" }, headerLines(usual))) : null,
  );
}

const headerLines = (headers) =>
  headers.map(([name, value]) => [h("span", { class: "header" }, h("span", { class: "key" }, `${name}:`), ` ${value}`), "\n"]);

function bodyOf({ body }) {
  return body ? ["\n", ...jsonMarkup(readable(body))] : null;
}

/** Frames of a socket, or events of a stream: the last of them, each on its line. */
function frames({ frames: all }) {
  const last = all.slice(-60);
  const left = all.length - last.length;
  return [
    "\n",
    left ? h("i", {}, `… ${left} before\n`) : null,
    last.map(({ way, text }) => [h("span", { class: `frame ${way}` }, way === "out" ? "→ " : "← ", ...jsonMarkup(text)), "\n"]),
  ];
}

function tools(exchange, compose) {
  if (exchange.kind === "socket") return null;
  const copy = h("button", { type: "button", class: "tool" }, "Copy as curl");
  copy.addEventListener("click", async () => {
    await toClipboard(asCurl(exchange));
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy as curl"), 1500);
  });
  const again = h("button", { type: "button", class: "tool" }, "Change and send again");
  again.addEventListener("click", () => compose(exchange));
  return h("p", { class: "tools" }, copy, again);
}

/** Also where the page is not served over HTTPS, from another machine say. */
async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = h("textarea", { class: "offscreen" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  return undefined;
}
