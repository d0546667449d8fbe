// What every page of a stage has: the console, the composer, the reader, the progress.

import { startComposer } from "./composer.js";
import { startConsole } from "./console.js";
import { fill, find, findAll, h } from "./dom.js";
import { Declined, Unreachable } from "./errors.js";
import { startProgress } from "./progress.js";
import { logOut, restore, session, state } from "./session.js";
import { askToSignIn } from "./sign-in.js";
import { connectionIsCut, send, wire } from "./wire.js";

startProgress(document.body.dataset.stage);
startConsole(find(".wire"), startComposer(find(".composer")));
simpleRequests();
reader();
network();
export const ready = restore();

/** Buttons that are a request and nothing more: `data-send="GET /hello/"`, `data-headers`. */
function simpleRequests() {
  for (const button of findAll("[data-send]")) {
    button.addEventListener("click", async () => {
      const [method, ...path] = button.dataset.send.split(" ");
      const headers = JSON.parse(button.dataset.headers ?? "{}");
      await send(method, path.join(" "), { headers, body: button.dataset.body }).catch((error) => {
        if (!(error instanceof Unreachable)) throw error;
      });
    });
  }
}

function reader() {
  const place = find(".reader");
  let ended = false;
  const draw = () => fill(place, state.isSignedIn ? signedIn() : signedOut(ended));
  session.addEventListener("session-ended", () => { ended = true; });
  session.addEventListener("changed", draw);
  draw();
}

function signedIn() {
  const out = h("button", { type: "button", class: "button quiet small" }, "Log out");
  out.addEventListener("click", () => logOut().catch(() => undefined));
  return [h("span", { class: "who", title: state.email }, state.email), out];
}

function signedOut(ended) {
  const enter = h("button", { type: "button", class: "button quiet small" }, "Sign in");
  enter.addEventListener("click", () => askToSignIn().catch((error) => {
    if (!(error instanceof Declined)) throw error;
  }));
  return [ended ? h("span", { class: "who ended", role: "status" }, "Your session has ended.") : null, enter];
}

/** Says when the network is gone, or cut on purpose, for as long as it is. */
function network() {
  const bar = find(".offline-bar");
  const draw = () => {
    const text = connectionIsCut()
      ? "The connection of this page is cut: nothing comes through until you mend it."
      : navigator.onLine === false ? "This device is offline." : "";
    bar.hidden = !text;
    bar.textContent = text;
  };
  wire.addEventListener("connection", draw);
  window.addEventListener("online", draw);
  window.addEventListener("offline", draw);
  draw();
}
