// Stage 3: books. Find, add once, change without undoing what somebody else has changed.

import { get, patch, post, remove } from "../lab/api.js";
import { debounced, fill, find, findAll, h, onClick, onSubmit, whileBusy } from "../lab/dom.js";
import { clearErrors, empty, guarded, loading, say, sayProblem } from "../lab/notice.js";

const BOOKS = "/api/v1/books/";

// ---- Find ------------------------------------------------------------------------

const search = find("#find");
const found = find("#found");
const list = find("#books");
const more = find("#more");
let underWay = null;

const query = () => {
  const filled = [...new FormData(search)].filter(([, value]) => value.trim());
  return new URLSearchParams([...filled, ["limit", "8"]]);
};

async function look(path, { add = false } = {}) {
  underWay?.abort();
  underWay = new AbortController();
  const waiting = loading(4);
  if (add) more.before(waiting);
  else fill(list, waiting);
  await guarded(found, async () => {
    const answer = await get(path, { signal: underWay.signal });
    waiting.remove();
    if (answer.ok) showBooks(answer.json, add);
    else refuse(answer);
  });
  waiting.remove();
}

function showBooks({ results, next }, add) {
  clearErrors(search);
  if (!add) fill(list);
  list.append(...results.map(asRow));
  const isEmpty = !list.children.length;
  say(found, isEmpty ? "" : `${list.children.length}${next ? " so far" : ""}`);
  if (isEmpty) fill(list, h("li", {}, empty("No book has all of these words. Try fewer, or the beginning of one with a star: har*")));
  more.hidden = !next;
  more.dataset.next = next ?? "";
}

function refuse(answer) {
  fill(list);
  more.hidden = true;
  sayProblem(found, answer, search);
}

const asRow = (book) =>
  h(
    "li",
    {},
    h("strong", {}, book.title),
    h("span", {}, book.authors.join(", ")),
    h("span", { class: "year" }, [book.published_year, book.rating && `★ ${book.rating.toFixed(1)}`].filter(Boolean).join(" · ")),
  );

const lookAfterTyping = debounced(220, () => look(`${BOOKS}?${query()}`));
search.addEventListener("input", lookAfterTyping);
search.addEventListener("submit", (event) => event.preventDefault());
onClick(more, () => {
  const url = new URL(more.dataset.next);
  return look(url.pathname + url.search, { add: true });
});

async function fillGenres() {
  const answer = await get("/api/v1/genres/?limit=100");
  if (answer.ok) find("#genre").append(...answer.json.results.map(({ slug }) => h("option", {}, slug)));
}

// ---- Add -------------------------------------------------------------------------

const add = find("#add");
const added = find("#added");
let last = null;

const asBook = ({ title, authors, published_year: year, isbn }) => ({
  title,
  authors: authors.split(",").map((name) => name.trim()).filter(Boolean),
  published_year: year.trim() === "" ? null : Number.isNaN(Number(year)) ? year : Number(year),
  isbn: isbn.trim() || null,
});

async function sendBook(book, key) {
  clearErrors(add);
  say(added, "Sending…");
  await guarded(added, async () => {
    const answer = await post(BOOKS, book, { needs: "account", headers: { "Idempotency-Key": key } });
    if (!answer.ok) return sayProblem(added, answer, add);
    const isReplay = answer.headers.get("Idempotent-Replayed") === "true";
    say(added, isReplay ? `The first answer again, word for word: book ${answer.json.id}. There is still one.` : `Created: book ${answer.json.id}.`);
    last = { book, key };
    for (const button of findAll("#again, #other-body")) button.hidden = false;
    if (!isReplay) openTwice(answer.json.id);
    return undefined;
  });
}

onSubmit(add, (values) => sendBook(asBook(values), crypto.randomUUID()));
onClick("#again", () => sendBook(last.book, last.key));
onClick("#other-body", () => sendBook({ ...last.book, title: `${last.book.title}, again` }, last.key));

// ---- Edit in two tabs --------------------------------------------------------------

const tabs = find("#tabs");

async function openTwice(id) {
  const both = [tab("left", id), tab("right", id)];
  fill(tabs, h("div", { class: "sides" }, both.map((each) => each.element)), leave(id));
  for (const each of both) await each.read();
}

function tab(side, id) {
  const path = `${BOOKS}${id}/`;
  let etag = "";
  const notice = h("p", { class: "notice", role: "status" });
  const seen = h("code", { class: "etag" }, "…");
  const form = h(
    "form",
    { class: "card tab", "aria-label": `The ${side} tab`, "data-tab": side },
    h("p", { class: "row tight" }, h("strong", {}, `The ${side} tab`), h("span", {}, "has read ", seen)),
    h("p", { class: "field" }, h("label", { for: `title-${side}` }, "Title"), h("input", { id: `title-${side}`, name: "title", autocomplete: "off" })),
    h("p", { class: "row tight" }, h("button", { class: "button small" }, "Save"), h("button", { type: "button", class: "button quiet small", "data-ask": "" }, "Has it changed?")),
    notice,
  );

  async function read({ keep = false } = {}) {
    const answer = await get(path);
    if (!answer.ok) return sayProblem(notice, answer);
    take(answer, keep);
    return answer;
  }

  function take(answer, keep = false) {
    etag = answer.headers.get("ETag");
    seen.textContent = etag;
    if (!keep) form.elements.title.value = answer.json.title;
  }

  async function save() {
    clearErrors(form);
    await guarded(notice, async () => {
      const answer = await patch(path, { title: form.elements.title.value }, { needs: "account", headers: { "If-Match": etag } });
      if (answer.ok) {
        take(answer);
        say(notice, "Saved, as a new version.");
      } else if (answer.status === 412) await tellOfTheOther();
      else sayProblem(notice, answer, form);
    });
  }

  /** The other's title and one's own, and the choice between them. */
  async function tellOfTheOther() {
    const theirs = await get(path);
    const mine = form.elements.title.value;
    const takeTheirs = h("button", { type: "button", class: "button quiet small" }, "Take theirs");
    const keepMine = h("button", { type: "button", class: "button quiet small" }, "Save mine over it");
    takeTheirs.addEventListener("click", () => (take(theirs), say(notice, "Yours is gone, knowingly.")));
    keepMine.addEventListener("click", () => (take(theirs, true), save()));
    say(notice, "", "failed");
    fill(
      notice,
      h("strong", {}, "412 · It has changed since you read it"),
      h("span", {}, "Theirs: ", h("q", {}, theirs.json?.title ?? "")),
      h("span", {}, "Yours: ", h("q", {}, mine)),
      h("span", { class: "row tight" }, takeTheirs, keepMine),
    );
  }

  onSubmit(form, save);
  const ask = find("[data-ask]", form);
  ask.addEventListener("click", () =>
    whileBusy(ask, () =>
      guarded(notice, async () => {
        const answer = await get(path, { headers: { "If-None-Match": etag } });
        say(notice, answer.status === 304 ? "304: no. Nothing was sent." : "200: yes, and this is the new version. Saving what this tab holds would now be refused.");
      }),
    ),
  );
  return { element: form, read: () => guarded(notice, read) };
}

function leave(id) {
  const notice = h("p", { class: "notice", role: "status" });
  const button = h("button", { type: "button", class: "button danger small" }, "Delete the book");
  button.addEventListener("click", () =>
    guarded(notice, async () => {
      const answer = await remove(`${BOOKS}${id}/`, { needs: "account" });
      if (!answer.ok) return sayProblem(notice, answer);
      fill(tabs, empty("It is gone: asking for it now gives 404. Add another to go on."));
      return undefined;
    }),
  );
  return [h("p", { class: "row" }, button), notice];
}

await look(`${BOOKS}?${query()}`);
guarded(null, fillGenres);
