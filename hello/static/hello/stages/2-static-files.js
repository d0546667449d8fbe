// Stage 2: files, and how many bytes of them really came.

import { bytes, fill, find, h, onClick } from "../lab/dom.js";
import { guarded } from "../lab/notice.js";
import { send, wire } from "../lab/wire.js";

const IMAGE = "/site/postcard.png";
const rows = find("#sizes");
let isFirst = true;

onClick("[data-unchanged]", () =>
  guarded(null, async () => {
    const first = await send("HEAD", IMAGE);
    await send("GET", IMAGE, { headers: { "If-None-Match": first.headers.get("ETag") ?? '""' } });
  }),
);

onClick("[data-immutable]", (button) => guarded(null, () => send("GET", button.dataset.immutable)));

wire.addEventListener("exchange", ({ detail: exchange }) => {
  if (exchange.state === "answered" && exchange.method === "GET") setTimeout(() => measure(exchange), 50);
});

/** The browser's own count; it has none for what came from its cache. */
function measure(exchange) {
  const address = new URL(exchange.url, location.href).href;
  const entry = performance.getEntriesByName(address).at(-1);
  if (!entry) return;
  if (isFirst) fill(rows);
  isFirst = false;
  const encoding = exchange.headers.find(([name]) => name === "content-encoding")?.[1] ?? "as it is";
  const came = entry.transferSize && !entry.encodedBodySize ? 0 : entry.encodedBodySize;
  rows.prepend(
    h(
      "tr",
      {},
      h("td", {}, h("code", {}, exchange.url)),
      h("td", {}, String(exchange.status)),
      h("td", {}, encoding),
      h("td", { class: "number" }, bytes(came)),
      h("td", { class: "number" }, bytes(entry.decodedBodySize)),
    ),
  );
  while (rows.children.length > 8) rows.lastElementChild.remove();
}
