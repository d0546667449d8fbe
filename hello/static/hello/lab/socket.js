// A WebSocket that is written down on the wire: each frame as it went, and how it ended.

import { Unreachable } from "./errors.js";
import { begin, connectionIsCut, tell } from "./wire.js";

/**
 * Opens `path` with a one-time ticket, which `call("POST", "/api/v1/auth/ticket/")` gives.
 * `on` has `open`, `frame(content)` and `close({code, reason})`. Returns `{send, close}`.
 */
export async function openSocket(path, { call, query = {}, label = "", on }) {
  const answer = await call("POST", "/api/v1/auth/ticket/");
  if (!answer.ok) throw new Unreachable(answer.problem?.detail ?? `No ticket: ${answer.status}.`);
  const url = `${path}?${new URLSearchParams({ ...query, ticket: answer.json.ticket })}`;
  const shownUrl = url.replace(/ticket=[^&]+/, "ticket=…");
  const exchange = begin({ method: "WS", url: label ? `${shownUrl} (${label})` : shownUrl, kind: "socket" });
  const address = new URL(url, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.addEventListener("open", () => {
    tell(exchange, { state: "streaming", status: 101, statusText: "Switching Protocols", milliseconds: performance.now() - exchange.startedAt });
    on.open?.();
  });
  socket.addEventListener("message", ({ data }) => {
    note(exchange, "in", data);
    on.frame?.(JSON.parse(data));
  });
  socket.addEventListener("close", ({ code, reason }) => {
    tell(exchange, { state: "answered", note: `Closed with ${code}${reason ? `: ${reason}` : ""}` });
    on.close?.({ code, reason });
  });
  return {
    get isOpen() { return socket.readyState === WebSocket.OPEN && !connectionIsCut(); },
    send(content) {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      note(exchange, "out", text);
      socket.send(text);
    },
    close: () => socket.close(),
  };
}

function note(exchange, way, text) {
  exchange.frames.push({ way, text });
  if (exchange.frames.length > 200) exchange.frames.shift();
  tell(exchange);
}
