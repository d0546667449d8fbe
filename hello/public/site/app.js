// The laboratory: each experiment asks for a file in its own way and shows the exchange.
"use strict";

const IMAGE = "postcard.png";
const SHOWN = ["content-type", "content-length", "content-range", "accept-ranges", "etag", "last-modified", "cache-control"];

const experiments = {
  whole: async () => ({
    path: IMAGE,
    lesson: "200: all of it, with its type, its length, and an ETag to remember it by.",
  }),
  unchanged: async () => ({
    path: IMAGE,
    headers: { "If-None-Match": await currentTag() },
    lesson: "304: you have it already. Not one byte of the image was sent again.",
  }),
  range: async () => ({
    path: IMAGE,
    headers: { Range: "bytes=0-7" },
    lesson: "206: a part. Those eight bytes begin every PNG there is. Players and download managers work this way.",
  }),
  beyond: async () => ({
    path: IMAGE,
    headers: { Range: "bytes=99999999-" },
    lesson: "416: there is nothing in that range, and Content-Range says how long the file really is.",
  }),
  missing: async () => ({
    path: "nowhere.png",
    lesson: "404: no such file.",
  }),
  escape: async () => ({
    path: "..%2F..%2Fmanage.py",
    lesson: "404: however the dots are spelled, nothing outside of the folder exists for the server.",
  }),
};

async function currentTag() {
  const answer = await fetch(IMAGE, { method: "HEAD", cache: "no-store" });
  return answer.headers.get("ETag");
}

function requestText(path, headers) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`GET /site/${path} HTTP/1.1`, `Host: ${location.host}`, ...lines].join("\n");
}

async function answerText(answer) {
  const lines = SHOWN.filter((name) => answer.headers.has(name)).map((name) => `${name}: ${answer.headers.get(name)}`);
  const body = new Uint8Array(await answer.arrayBuffer());
  const bytes = answer.status === 206 ? `\n\n${[...body].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}` : "";
  return [`${answer.status} ${answer.statusText}`, ...lines].join("\n") + bytes;
}

async function run(button) {
  const { path, headers = {}, lesson } = await experiments[button.dataset.experiment]();
  const answer = await fetch(path, { headers, cache: "no-store" });
  for (const other of document.querySelectorAll("[data-experiment]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  document.querySelector("#asked code").textContent = requestText(path, headers);
  document.querySelector("#answered code").textContent = await answerText(answer);
  document.querySelector("#lesson").textContent = lesson;
}

for (const button of document.querySelectorAll("[data-experiment]")) {
  button.addEventListener("click", () => run(button));
}
