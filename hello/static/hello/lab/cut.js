// The button that cuts this page's connection, and mends it.

import { fill, find } from "./dom.js";
import { connectionIsCut, cutConnection, wire } from "./wire.js";

export function startCutting(button = find("[data-cut]")) {
  button.addEventListener("click", () => cutConnection(!connectionIsCut()));
  wire.addEventListener("connection", () => {
    fill(button, connectionIsCut() ? "Mend the network" : "Cut the network");
    button.setAttribute("aria-pressed", String(connectionIsCut()));
  });
}
