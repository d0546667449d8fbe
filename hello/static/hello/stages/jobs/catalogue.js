// Whole files of books: uploaded and imported, or exported and saved.

import { call } from "../../lab/api.js";
import { bytes, find, onClick, onSubmit } from "../../lab/dom.js";
import { guarded, say, sayProblem } from "../../lab/notice.js";
import { request } from "./asking.js";
import { catalogue } from "./sample.js";

const notice = find("#catalogue-notice");

export function startCatalogue() {
  onClick("[data-import]", () => guarded(notice, () => bringIn(catalogue(Number(find("#rows").value)))));
  onSubmit(find("#own-file"), (_, form) => guarded(notice, () => bringIn(form.elements.file.files[0])));
  onClick("[data-export]", () => guarded(notice, () => request({ kind: "books.export", params: {} }, notice)));
}

/** First the file becomes an upload; then a job is asked for that reads it. */
async function bringIn(file) {
  say(notice, `Sending ${file.name}, ${bytes(file.size)}…`);
  const form = new FormData();
  form.append("file", file);
  const upload = await call("POST", "/api/v1/uploads/", { body: form, needs: "account" });
  if (!upload.ok) return sayProblem(notice, upload);
  return request({ kind: "books.import", params: { upload: upload.json.id } }, notice);
}
