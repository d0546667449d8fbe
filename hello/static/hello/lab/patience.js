// Waiting for a site or a network that is away: longer each time, but no longer than it is away.

import { connectionIsCut, wire } from "./wire.js";

const PAUSES = [1, 2, 4, 8]; // seconds; the last one again and again
const waiting = new Set();
const wakeAll = () => waiting.forEach((wake) => wake());

window.addEventListener("online", wakeAll);
wire.addEventListener("connection", ({ detail }) => detail.cut || wakeAll());

export const isOffline = () => connectionIsCut() || navigator.onLine === false;

/** Resolves when it is time for another try; at once where the network is back, or the signal aborts. */
export function untilNextTry(tries, signal) {
  return new Promise((resolve) => {
    const seconds = PAUSES[Math.min(tries, PAUSES.length - 1)];
    const timer = isOffline() ? 0 : setTimeout(done, seconds * 1000);
    waiting.add(done);
    signal?.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      waiting.delete(done);
      resolve();
    }
  });
}
