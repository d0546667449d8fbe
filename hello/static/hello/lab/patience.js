// Waiting for a site or a network that is away: longer each time, but no longer than it is away.

import { Unreachable } from "./errors.js";
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

/** What the work gives, tried until there is an answer; `onWait` hears of each time that there was none. */
export async function patiently(work, { onWait, signal } = {}) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
    onWait?.(isOffline() ? "The network is away." : "The site does not answer: asking again.");
    await untilNextTry(tries, signal);
    if (signal?.aborted) throw new DOMException("Given up.", "AbortError");
  }
}
