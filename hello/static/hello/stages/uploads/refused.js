// Files that are not taken, each refused in words of its own.

import { bytes, find, onClick } from "../../lab/dom.js";
import { guarded, say, sayProblem } from "../../lab/notice.js";
import { call, post } from "../../lab/api.js";
import { Refused, create } from "../../lab/tus.js";
import { bomb, disguisedPage, program } from "./samples.js";

const notice = find("#refused-notice");

export function startRefused() {
  onClick("[data-disguised]", () => refused(() => byForm(disguisedPage())));
  onClick("[data-program]", () => refused(() => byForm(program())));
  onClick("[data-bomb]", () => refused(() => byForm(bomb())));
  onClick("[data-large]", (button) => refused(() => announced(Number(button.dataset.large) + 1)));
  onClick("[data-expected]", () => refused(announcedWrongly));
}

const refused = (request) =>
  guarded(notice, async () => {
    say(notice, "Sending…");
    const answer = await request();
    if (answer.ok) say(notice, "It was taken: this site allows more than it does by default.");
    else sayProblem(notice, answer);
  });

function byForm(file) {
  const form = new FormData();
  form.append("file", file);
  return call("POST", "/api/v1/uploads/", { body: form, needs: "account" });
}

/** Too large, and said so beforehand: not a byte of it is sent. */
async function announced(size) {
  try {
    await create({ name: `a film of ${bytes(size)}.mp4`, size });
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
  return { ok: true };
}

const announcedWrongly = () =>
  post("/api/v1/uploads/presign/", { name: "notes.png", size: 10, content_type: "text/html" }, { needs: "account" });
