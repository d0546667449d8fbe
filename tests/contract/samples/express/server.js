// The level `core` of stages 1 to 4, 6 and 9 in Express, all of it in memory.
import { randomBytes } from "node:crypto";
import { mkdtempSync, openSync, readSync, closeSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import express from "express";
import { argon2id, argon2Verify } from "hash-wasm";
import jwt from "jsonwebtoken";
import multer from "multer";
import { WebSocketServer } from "ws";

const SITE = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../../../../hello/public/site");
const LARGEST = 100 * 1024 * 1024;
const SECONDS = 300;

const app = express();
const api = express.Router();
let lastId = 0;
const newId = () => String(++lastId);

class Refused extends Error {
  constructor(status, detail = "") {
    super(detail);
    this.status = status;
  }
}

// Any other method at this address: 405, and which ones it takes.
const only = (...methods) => (request, response) =>
  response.set("Allow", methods.join(", ")).status(405).json({ status: 405, detail: "Not this method." });

// ---- Stages 1 and 2 ----------------------------------------------------------------

app.route("/hello/")
  .get((request, response) => response.type("text/plain").send("Hello, World!"))
  .all(only("GET", "HEAD"));
app.use("/site", express.static(SITE));

// ---- Bodies ---------------------------------------------------------------------------

api.use((request, response, next) => {
  const hasBody = Number(request.headers["content-length"] ?? 0) > 0 || request.headers["transfer-encoding"];
  const type = request.headers["content-type"] ?? "";
  if (hasBody && !type.startsWith("application/json") && !type.startsWith("multipart/form-data")) {
    throw new Refused(415, "Send application/json.");
  }
  next();
});
api.use(express.json({ strict: false }));

// The JSON object of the request.
function body(request) {
  const given = request.body;
  if (given === null || typeof given !== "object" || Array.isArray(given)) {
    throw new Refused(400, "Send a JSON object.");
  }
  return given;
}

// ---- Stage 3: books -------------------------------------------------------------------

const books = new Map();
const isText = (value) => typeof value === "string" && value.trim() !== "";

function checkedBook(given, { partial = false } = {}) {
  const book = {};
  if ("title" in given || !partial) {
    if (!isText(given.title)) throw new Refused(400, "title: a text");
    book.title = given.title;
  }
  if ("authors" in given || !partial) {
    const { authors } = given;
    if (!Array.isArray(authors) || !authors.length || !authors.every(isText)) {
      throw new Refused(400, "authors: names, at least one");
    }
    book.authors = authors;
  }
  return book;
}

function findBook(id) {
  const book = books.get(id);
  if (!book) throw new Refused(404, "There is no such book.");
  return book;
}

api.route("/books/")
  .get((request, response) => {
    response.json({ next: null, previous: null, results: [...books.values()].reverse() });
  })
  .post((request, response) => {
    const owner = who(request);
    const book = { id: newId(), ...checkedBook(body(request)), owner: owner.id };
    books.set(book.id, book);
    response.status(201).location(`/api/v1/books/${book.id}/`).json(book);
  })
  .all(only("GET", "HEAD", "POST"));

api.route("/books/:id/")
  .get((request, response) => response.json(findBook(request.params.id)))
  .put((request, response) => {
    who(request);
    const book = findBook(request.params.id);
    response.json(Object.assign(book, checkedBook(body(request))));
  })
  .patch((request, response) => {
    who(request);
    const book = findBook(request.params.id);
    response.json(Object.assign(book, checkedBook(body(request), { partial: true })));
  })
  .delete((request, response) => {
    who(request);
    books.delete(findBook(request.params.id).id);
    response.sendStatus(204);
  })
  .all(only("GET", "HEAD", "PUT", "PATCH", "DELETE"));

// ---- Stage 4: people ---------------------------------------------------------------------

const people = new Map(); // by e-mail
const sessions = new Map(); // by refresh token
const key = randomBytes(32);
const hash = (password) =>
  argon2id({
    password, salt: randomBytes(16), parallelism: 1, iterations: 2, memorySize: 19 * 1024, hashLength: 32,
    outputType: "encoded",
  });
const nobodysHash = await hash(randomBytes(16).toString("hex"));
const shown = ({ id, email, name }) => ({ id, email, name });

// Who asks, by their access token.
function who(request) {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  let claims;
  try {
    claims = jwt.verify(scheme === "Bearer" ? token : "", key, { algorithms: ["HS256"] });
  } catch {
    throw new Refused(401, "Log in first.");
  }
  const person = [...people.values()].find(({ id }) => id === claims.sub);
  if (!person) throw new Refused(401, "This account is gone.");
  return person;
}

// A new access token, and a refresh token that works once.
function tokensOf(person) {
  const refresh = randomBytes(32).toString("base64url");
  sessions.set(refresh, person);
  const options = { subject: person.id, expiresIn: SECONDS, jwtid: randomBytes(8).toString("hex") };
  return { access: jwt.sign({}, key, options), refresh, expires_in: SECONDS };
}

function credentials(request) {
  const { email, password, name = "" } = body(request);
  if (!isText(email) || !email.includes("@") || typeof password !== "string") {
    throw new Refused(400, "email and password: two texts");
  }
  return { email: email.toLowerCase(), password, name: String(name) };
}

api.post("/auth/signup/", async (request, response) => {
  const { email, password, name } = credentials(request);
  if (password.length < 8) throw new Refused(400, "password: at least 8 characters");
  if (people.has(email)) throw new Refused(409, "This address has an account already.");
  const person = { id: newId(), email, name, hash: await hash(password) };
  people.set(email, person);
  response.status(201).json(shown(person));
});

api.post("/auth/login/", async (request, response) => {
  const { email, password } = credentials(request);
  const person = people.get(email);
  const holds = password && (await argon2Verify({ password, hash: person?.hash ?? nobodysHash }));
  if (!person || !holds) throw new Refused(401, "No account has this address with this password.");
  response.json(tokensOf(person));
});

api.post("/auth/refresh/", (request, response) => {
  const { refresh } = body(request);
  const person = sessions.get(refresh);
  if (!person) throw new Refused(401, "Log in again.");
  sessions.delete(refresh);
  response.json(tokensOf(person));
});

api.post("/auth/logout/", (request, response) => {
  sessions.delete(body(request).refresh);
  response.sendStatus(204);
});

api.get("/auth/me/", (request, response) => response.json(shown(who(request))));

// ---- Stage 6: uploads ---------------------------------------------------------------------

const folder = mkdtempSync(path.join(tmpdir(), "express-sample-"));
const uploads = new Map();
const form = multer({ dest: folder, limits: { fileSize: LARGEST } });
const SUFFIXES = {
  ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".pdf": "application/pdf",
  ".txt": "text/plain", ".csv": "text/plain",
};

// What a file is, from its first bytes; undefined for what is not taken.
function kindOf(file) {
  const head = Buffer.alloc(4096);
  const descriptor = openSync(file);
  const length = readSync(descriptor, head, 0, head.length, 0);
  closeSync(descriptor);
  const begins = (...bytes) => bytes.every((byte, index) => head[index] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47)) return "image/png";
  if (begins(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (head.toString("latin1").startsWith("%PDF-")) return "application/pdf";
  const text = head.subarray(0, length);
  return text.includes(0) || text.toString().trimStart().startsWith("<") ? undefined : "text/plain";
}

// One of one's own; another's is not found.
function findUpload(request) {
  const person = who(request);
  const upload = uploads.get(request.params.id);
  if (upload?.owner !== person.id) throw new Refused(404, "There is no such upload.");
  return upload;
}

api.route("/uploads/")
  .all((request, response, next) => {
    who(request); // before the body is read
    next();
  })
  .get((request, response) => {
    const { id } = who(request);
    const own = [...uploads.values()].filter(({ owner }) => owner === id);
    response.json({ next: null, previous: null, results: own });
  })
  .post(form.single("file"), (request, response) => {
    const { file } = request;
    if (!file) throw new Refused(400, "file: a file");
    const name = path.basename(Buffer.from(file.originalname, "latin1").toString().replaceAll("\\", "/"));
    const kind = kindOf(file.path);
    if (!kind || SUFFIXES[path.extname(name).toLowerCase()] !== kind) {
      rmSync(file.path);
      throw new Refused(415, "This type is not taken, or the content is not what its name says.");
    }
    const { id: owner } = who(request);
    const upload = { id: file.filename, name, size: file.size, content_type: kind, owner };
    uploads.set(upload.id, upload);
    response.status(201).json(upload);
  })
  .all(only("GET", "HEAD", "POST"));

api.get("/uploads/:id/", (request, response) => response.json(findUpload(request)));

api.get("/uploads/:id/content/", (request, response) => {
  const { id, name, content_type } = findUpload(request);
  response.set("X-Content-Type-Options", "nosniff").attachment(name).type(content_type);
  response.sendFile(id, { root: folder });
});

api.delete("/uploads/:id/", (request, response) => {
  const { id } = findUpload(request);
  uploads.delete(id);
  rmSync(path.join(folder, id));
  response.sendStatus(204);
});

// ---- Stage 9: chat ----------------------------------------------------------------------------

const rooms = new Map();

api.post("/chat/rooms/", (request, response) => {
  who(request);
  const { slug, title = slug } = body(request);
  if (!isText(slug)) throw new Refused(400, "slug: a word");
  if (rooms.has(slug)) throw new Refused(409, "Another room has this slug.");
  rooms.set(slug, { sockets: new Set(), seq: 0 });
  response.status(201).json({ slug, title });
});

function personOf(request) {
  try {
    return who(request);
  } catch {
    return undefined;
  }
}

const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
sockets.on("connection", (socket, request) => {
  const person = personOf(request);
  const room = rooms.get(/^\/ws\/chat\/([^/?]+)/.exec(request.url)?.[1]);
  if (!person || !room) {
    socket.close(person ? 4404 : 4401);
    return;
  }
  room.sockets.add(socket);
  socket.on("close", () => room.sockets.delete(socket));
  socket.on("message", (data) => hear(room, socket, person, JSON.parse(data)));
});

// A message goes to everyone in the room, in one order.
function hear(room, socket, { id, name }, frame) {
  if (frame.type !== "send") {
    socket.send(JSON.stringify({ type: "error", code: "unknown_type", detail: "send" }));
    return;
  }
  const seq = ++room.seq;
  socket.send(JSON.stringify({ type: "ack", client_id: frame.client_id, id: seq, seq }));
  const message = JSON.stringify({ type: "message", id: seq, seq, user: { id, name }, text: frame.text });
  for (const each of room.sockets) each.send(message);
}

// ---- Errors, and the start ----------------------------------------------------------------------

app.use("/api/v1", api);
app.use((request, response) => response.status(404).json({ status: 404, detail: "There is nothing here." }));
app.use((error, request, response, next) => {
  const status = error.code === "LIMIT_FILE_SIZE" ? 413 : (error.status ?? 500);
  if (status === 401) response.set("WWW-Authenticate", "Bearer");
  response.status(status).json({ status, detail: error.message });
});

const server = createServer(app);
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit("connection", opened, request));
});
server.listen(Number(process.argv[2] ?? 3000), "127.0.0.1");
