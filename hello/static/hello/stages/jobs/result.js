// What came of a job: its figures, the rows that were refused, the file that it made.

import { get } from "../../lab/api.js";
import { h, whileBusy } from "../../lab/dom.js";
import { guarded, sayProblem } from "../../lab/notice.js";
import { save } from "../../lab/saving.js";

const MOST_SHOWN = 12;

/** Elements; none where there is nothing to say. */
export function shownResult({ kind, result, attempts, state }, notice) {
  if (!result || state !== "succeeded") return [];
  const figures = Object.entries(result).filter(([, value]) => typeof value === "number");
  return [
    h("dl", { class: "figures" }, [...figures, ["attempts", attempts]].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value.toLocaleString("en"))))),
    result.remarks?.length ? remarks(result) : null,
    result.report ? saving("Save the whole report", result.report, notice) : null,
    kind === "books.export" ? saving("Save the file", result.upload, notice) : null,
  ];
}

function remarks({ remarks: all }) {
  const shown = all.slice(0, MOST_SHOWN);
  return h("div", { class: "scrolled", tabindex: "0", role: "region", "aria-label": "Rows with a fault" },
    h("table", {},
      h("thead", {}, h("tr", {}, ["Line", "Field", "What became of it", "Why"].map((name) => h("th", {}, name)))),
      h("tbody", {}, shown.map(({ line, field, outcome, reason, value }) =>
        h("tr", {},
          h("td", { class: "number" }, String(line)),
          h("td", {}, h("code", {}, field)),
          h("td", {}, outcome === "refused" ? "row refused" : "kept without it"),
          h("td", {}, reason, value ? [" ", h("code", {}, value)] : null))))),
    all.length > shown.length ? h("p", { class: "facts" }, `The first ${shown.length} of them; the report has all.`) : null);
}

/** A button that fetches what the upload is called, and saves it. */
function saving(text, upload, notice) {
  const button = h("button", { type: "button", class: "button quiet small" }, text);
  const work = async () => {
    const about = await get(`/api/v1/uploads/${upload}/`);
    const answer = about.ok ? await save(`/api/v1/uploads/${upload}/content/`, about.json.name) : about;
    if (!answer.ok) sayProblem(notice, answer);
  };
  button.addEventListener("click", () => whileBusy(button, () => guarded(notice, work)));
  return h("p", { class: "row tight" }, button);
}
