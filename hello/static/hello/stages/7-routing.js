// Stage 7: nested routes, every problem there is, request ids, and where the time went.

import { call, get, post } from "../lab/api.js";
import { fill, find, findAll, h, jsonMarkup, onClick, onSubmit } from "../lab/dom.js";
import { empty, guarded, loading, say, sayProblem } from "../lab/notice.js";
import { reached } from "../lab/progress.js";
import { wire } from "../lab/wire.js";

const API = "/api/v1";

// ---- Down the routes ---------------------------------------------------------------

const way = find("#way-down");
const choices = find("#choices");
const nestedTold = find("#nested-told");

const step = (label, choose) => {
  const button = h("button", { type: "button", class: "send" }, label);
  onClick(button, choose);
  return button;
};

async function down(steps, path, choicesOf) {
  fill(way, steps.map((text) => h("code", {}, text)));
  fill(choices, loading(2));
  await guarded(nestedTold, async () => {
    const answer = await get(`${API}${path}`);
    if (!answer.ok) return sayProblem(nestedTold, answer);
    const found = choicesOf(answer.json.results);
    fill(choices, found.length ? h("p", { class: "row" }, found) : empty("Nothing below here."));
    return undefined;
  });
}

const authors = () =>
  down(["/authors/"], "/authors/?limit=6", (rows) => rows.map((author) => step(author.name, () => books(author))));

const books = (author) =>
  down(["/authors/", `${author.id}/`, "books/"], `/authors/${author.id}/books/?limit=6`, (rows) =>
    rows.map((book) => step(book.title, () => reviews(book))),
  );

async function reviews(book) {
  const path = `/books/${book.id}/reviews/`;
  await down(["/books/", `${book.id}/`, "reviews/"], path, (rows) => [
    ...rows.slice(0, 3).map((review) => step(`${"★".repeat(review.rating)} ${review.text}`.slice(0, 40), () => wrongParent(book, review))),
    step("Write one", () => write(book)),
    step("Back to the authors", authors),
  ]);
}

async function write(book) {
  await guarded(nestedTold, async () => {
    const answer = await post(`${API}/books/${book.id}/reviews/`, { rating: 5, text: "Read at stage 7." }, { needs: "account" });
    if (!answer.ok) return sayProblem(nestedTold, answer);
    return wrongParent(book, answer.json);
  });
}

/** The review where it belongs, then below another book. */
async function wrongParent(book, review) {
  await guarded(nestedTold, async () => {
    await get(`${API}/books/${book.id}/reviews/${review.id}/`);
    const other = book.id === 1 ? 2 : 1;
    const answer = await get(`${API}/books/${other}/reviews/${review.id}/`);
    if (answer.status === 404) say(nestedTold, `Review ${review.id} is found under book ${book.id}. Under book ${other} it is a 404, though both exist.`);
    else sayProblem(nestedTold, answer);
  });
}

// ---- The gallery -------------------------------------------------------------------

const galleryTold = find("#gallery-told");
const provoked = new Set();
const json = (body) => ({ body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
const stranger = { stranger: true };

/** How each kind is provoked; those that are not here take a crash, a full disk or a busy second. */
const provocations = {
  "invalid-input": () => get(`${API}/books/?ordering=price&published_from=long-ago`),
  "malformed-request": () => call("POST", `${API}/auth/login/`, { body: '{"email": "ada', headers: { "Content-Type": "application/json" }, ...stranger }),
  "not-authenticated": () => get(`${API}/auth/me/`, stranger),
  forbidden: () => call("PATCH", `${API}/books/1/`, { json: { title: "Mine now" }, needs: "account" }),
  "not-found": () => get(`${API}/books/999999999/`),
  "method-not-allowed": () => call("DELETE", `${API}/genres/`, { needs: "account" }),
  "not-acceptable": () => get(`${API}/books/`, { headers: { Accept: "application/pdf" } }),
  conflict: twoReviews,
  "precondition-failed": () => get(`${API}/books/1/`, { headers: { "If-Match": '"a-version-long-ago"' } }),
  "too-large": () => call("POST", `${API}/auth/login/`, { ...json({ email: "x".repeat(1_100_000) }), ...stranger }),
  "unsupported-media-type": () => call("POST", `${API}/auth/login/`, { body: "email=ada", headers: { "Content-Type": "application/x-www-form-urlencoded" }, ...stranger }),
  "idempotency-key-reused": keyReused,
  "too-many-requests": tooMany,
  "checksum-mismatch": () => tus({ "Upload-Length": "5", "Upload-Checksum": `sha1 ${btoa("not the checksum")}`, "Content-Type": "application/offset+octet-stream" }, "hello"),
  "range-not-satisfiable": beyondTheEnd,
};

async function twoReviews() {
  const review = () => post(`${API}/books/2/reviews/`, { rating: 4 }, { needs: "account" });
  const first = await review();
  return first.ok ? review() : first;
}

async function keyReused() {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  await post(`${API}/jobs/`, { kind: "jobs.sleep", params: { seconds: 1 } }, { headers, needs: "account" });
  return post(`${API}/jobs/`, { kind: "jobs.sleep", params: { seconds: 2 } }, { headers });
}

/** Wrong passwords for nobody's address, until the site has had enough. */
async function tooMany() {
  const nobody = { email: `nobody-${Date.now()}@example.com`, password: "not the password" };
  for (let attempt = 0; ; attempt += 1) {
    const answer = await call("POST", `${API}/auth/login/`, { json: nobody, ...stranger });
    if (answer.status !== 401 || attempt > 30) return answer;
  }
}

const tus = (headers, body) => call("POST", `${API}/uploads/tus/`, { body, headers: { "Tus-Resumable": "1.0.0", ...headers }, needs: "account" });

async function beyondTheEnd() {
  const form = new FormData();
  form.append("file", new File(["a few words"], "words.txt", { type: "text/plain" }));
  const made = await call("POST", `${API}/uploads/`, { body: form, needs: "account" });
  return made.ok ? get(`${API}/uploads/${made.json.id}/content/`, { headers: { Range: "bytes=9999-" } }) : made;
}

for (const item of findAll("#gallery > li")) {
  const provoke = provocations[item.dataset.kind];
  if (!provoke) continue;
  const button = h("button", { type: "button", class: "button quiet small" }, "Provoke it");
  onClick(button, () => guarded(galleryTold, async () => {
    await show(item, provoke);
    find("details", item).open = true;
  }));
  item.prepend(button);
}

async function show(item, provoke) {
  const answer = await provoke();
  fill(find("pre code", item), jsonMarkup(JSON.stringify(answer.problem ?? answer.json, null, 2) ?? ""));
  find(".as", item).textContent = `As it came, with status ${answer.status}`;
  const isAsAnnounced = answer.problem?.type === `/problems/${item.dataset.kind}/`;
  item.classList.toggle("provoked", isAsAnnounced);
  if (isAsAnnounced) provoked.add(item.dataset.kind);
  find("#provoked").textContent = `${provoked.size} of ${Object.keys(provocations).length}`;
  if (provoked.size >= 6) reached("problems");
}

onClick("#all", () =>
  guarded(galleryTold, async () => {
    await get(`${API}/auth/me/`, { needs: "account" });
    for (const item of findAll("#gallery > li")) {
      const provoke = provocations[item.dataset.kind];
      if (provoke) await show(item, provoke);
    }
    say(galleryTold, "All of them have the same members, and a client needs one way to read them.");
  }),
);

// ---- Request ids -------------------------------------------------------------------

onSubmit(find("#trail"), async ({ id }) => {
  const told = find("#trail-told");
  await guarded(told, async () => {
    const answer = await get(`${API}/books/?limit=1`, { headers: { "X-Request-ID": id } });
    const given = answer.headers.get("X-Request-ID");
    if (given === id) reached("echoed");
    say(told, given === id ? `It came back. Look for ${id} in the terminal of the site.` : `Not taken: the site made ${given} instead.`);
  });
});

// ---- Where the time went -------------------------------------------------------------

const bars = find("#bars");

wire.addEventListener("exchange", ({ detail: exchange }) => {
  const timing = exchange.headers.find(([name]) => name === "server-timing")?.[1];
  if (exchange.state !== "answered" || !timing) return;
  const [, total = 0] = timing.match(/total;dur=([\d.]+)/) ?? [];
  const [, database = 0] = timing.match(/db;dur=([\d.]+)/) ?? [];
  find(".none", bars)?.remove();
  bars.prepend(bar(exchange, Number(total), Number(database)));
  while (bars.children.length > 6) bars.lastElementChild.remove();
  const longest = Math.max(...findAll("li", bars).map((row) => Number(row.dataset.waited)));
  for (const row of findAll("li", bars)) row.style.setProperty("--longest", longest);
});

function bar(exchange, total, database) {
  const waited = Math.max(exchange.milliseconds, total, 1);
  const row = h(
    "li",
    { dataset: { waited } },
    h("span", { class: "of" }, h("b", {}, exchange.method), ` ${exchange.url}`),
    h("span", { class: "bar", "aria-hidden": "true" }, h("span", { class: "worked" }), h("span", { class: "asked" })),
    h("span", { class: "took" }, `${Math.round(waited)} ms waited · ${total} worked · ${database} database`),
  );
  row.style.setProperty("--waited", waited);
  row.style.setProperty("--worked", total);
  row.style.setProperty("--asked", database);
  return row;
}

await authors();
