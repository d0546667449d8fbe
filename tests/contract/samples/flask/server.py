"""The level `core` of stages 1 to 4, 6 and 9 in Flask, all of it in memory."""

import itertools
import json
import secrets
import sys
import tempfile
import time
from pathlib import Path

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Flask, Response, abort, g, jsonify, request, send_file, send_from_directory
from flask_sock import Sock
from werkzeug.exceptions import HTTPException

SITE = Path(__file__).resolve().parents[4] / "hello" / "public" / "site"
LARGEST = 100 * 1024 * 1024
SECONDS = 300

app = Flask(__name__, static_folder=None)
app.url_map.strict_slashes = False  # either form of an address, with no redirect
app.config["MAX_CONTENT_LENGTH"] = LARGEST + 64 * 1024
sock = Sock(app)
api = "/api/v1"
ids = itertools.count(1)


@app.errorhandler(HTTPException)
def explain(error):
    """Every error as JSON, with the headers that it has by itself (`Allow`, above all)."""
    response = error.get_response()
    response.data = json.dumps({"status": error.code, "detail": error.description})
    response.content_type = "application/json"
    if error.code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def body():
    """The JSON object of the request; 400 or 415 for anything else."""
    given = request.get_json()
    return given if isinstance(given, dict) else abort(400, "Send a JSON object.")


# ---- Stages 1 and 2 -------------------------------------------------------------


@app.get("/hello/")
def hello():
    return Response("Hello, World!", mimetype="text/plain")


@app.get("/site/")
@app.get("/site/<path:name>")
def site(name="index.html"):
    return send_from_directory(SITE, name)


# ---- Stage 3: books ---------------------------------------------------------------

books = {}


def checked_book(given, *, partial=False):
    """Title and authors as they may be; 400 for others."""
    book = {name: given[name] for name in ("title", "authors") if name in given}
    title, authors = book.get("title"), book.get("authors")
    if "title" in book or not partial:
        (isinstance(title, str) and title.strip()) or abort(400, "title: a text")
    if "authors" in book or not partial:
        names = isinstance(authors, list) and authors and all(isinstance(a, str) for a in authors)
        names or abort(400, "authors: names, at least one")
    return book


def find_book(book_id):
    return books.get(book_id) or abort(404, "There is no such book.")


@app.get(f"{api}/books/")
def list_books():
    newest_first = list(reversed(books.values()))
    return jsonify(next=None, previous=None, results=newest_first)


@app.post(f"{api}/books/")
def create_book():
    owner = who()
    book = {**checked_book(body()), "id": str(next(ids)), "owner": owner["id"]}
    books[book["id"]] = book
    return book, 201, {"Location": f"{api}/books/{book['id']}/"}


@app.get(f"{api}/books/<book_id>/")
def read_book(book_id):
    return find_book(book_id)


@app.put(f"{api}/books/<book_id>/")
@app.patch(f"{api}/books/<book_id>/")
def change_book(book_id):
    who()
    book = find_book(book_id)
    book |= checked_book(body(), partial=request.method == "PATCH")
    return book


@app.delete(f"{api}/books/<book_id>/")
def delete_book(book_id):
    who()
    del books[find_book(book_id)["id"]]
    return "", 204


# ---- Stage 4: people -----------------------------------------------------------------

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODYS_HASH = hasher.hash(secrets.token_hex())
key = secrets.token_hex(32)
people, sessions = {}, {}  # by e-mail, and by refresh token


def who():
    """Who asks, by their access token; 401 for nobody."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        claims = jwt.decode(token if scheme == "Bearer" else "", key, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        abort(401, "Log in first.")
    g.person = next((p for p in people.values() if p["id"] == claims["sub"]), None)
    return g.person or abort(401, "This account is gone.")


def tokens_of(person):
    """A new access token, and a refresh token that works once."""
    claims = {"sub": person["id"], "exp": time.time() + SECONDS, "jti": secrets.token_hex(8)}
    refresh = secrets.token_urlsafe(32)
    sessions[refresh] = person
    return {"access": jwt.encode(claims, key), "refresh": refresh, "expires_in": SECONDS}


def credentials():
    given = body()
    email, password = given.get("email"), given.get("password")
    if not isinstance(email, str) or "@" not in email or not isinstance(password, str):
        abort(400, "email and password: two texts")
    return email.lower(), password


@app.post(f"{api}/auth/signup/")
def sign_up():
    email, password = credentials()
    if len(password) < 8:
        abort(400, "password: at least 8 characters")
    if email in people:
        abort(409, "This address has an account already.")
    name = str(body().get("name", ""))
    person = {"id": str(next(ids)), "email": email, "name": name, "hash": hasher.hash(password)}
    people[email] = person
    return shown(person), 201


@app.post(f"{api}/auth/login/")
def log_in():
    email, password = credentials()
    person = people.get(email)
    try:
        hasher.verify(person["hash"] if person else NOBODYS_HASH, password)
    except VerifyMismatchError:
        abort(401, "No account has this e-mail address with this password.")
    return tokens_of(person)


@app.post(f"{api}/auth/refresh/")
def refresh():
    person = sessions.pop(str(body().get("refresh")), None)
    return tokens_of(person) if person else abort(401, "Log in again.")


@app.post(f"{api}/auth/logout/")
def log_out():
    sessions.pop(str(body().get("refresh")), None)
    return "", 204


@app.get(f"{api}/auth/me/")
def me():
    return shown(who())


def shown(person):
    return {name: person[name] for name in ("id", "email", "name")}


# ---- Stage 6: uploads -------------------------------------------------------------------

folder = Path(tempfile.mkdtemp(prefix="flask-sample-"))
uploads = {}
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}
SUFFIXES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".pdf": "application/pdf",
    ".txt": "text/plain", ".csv": "text/plain",
}  # fmt: skip


def kind_of(path):
    """What a file is, from its first bytes; None for what is not taken."""
    with path.open("rb") as file:
        head = file.read(4096)
    for beginning, kind in BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    is_text = b"\0" not in head and not head.lstrip().startswith(b"<")
    return "text/plain" if is_text else None


def find_upload(upload_id):
    """One of one's own; another's is not found."""
    person = who()
    upload = uploads.get(upload_id)
    return upload if upload and upload["owner"] == person["id"] else abort(404)


@app.post(f"{api}/uploads/")
def upload():
    person = who()
    file = request.files.get("file") or abort(400, "file: a file")
    name, upload_id = Path(file.filename.replace("\\", "/")).name, secrets.token_hex(16)
    path = folder / upload_id
    file.save(path)
    kind = kind_of(path)
    if path.stat().st_size > LARGEST:
        path.unlink()
        abort(413)
    if not kind or SUFFIXES.get(Path(name).suffix.lower()) != kind:
        path.unlink()
        abort(415, "This type is not taken, or the content is not what its name says.")
    uploads[upload_id] = {
        "id": upload_id, "name": name, "size": path.stat().st_size, "content_type": kind,
        "owner": person["id"],
    }  # fmt: skip
    return uploads[upload_id], 201


@app.get(f"{api}/uploads/")
def list_uploads():
    person = who()
    own = [each for each in uploads.values() if each["owner"] == person["id"]]
    return jsonify(next=None, previous=None, results=own)


@app.get(f"{api}/uploads/<upload_id>/")
def read_upload(upload_id):
    return find_upload(upload_id)


@app.get(f"{api}/uploads/<upload_id>/content/")
def content(upload_id):
    found = find_upload(upload_id)
    response = send_file(
        folder / upload_id, mimetype=found["content_type"], as_attachment=True,
        download_name=found["name"], conditional=True,
    )  # fmt: skip
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@app.delete(f"{api}/uploads/<upload_id>/")
def delete_upload(upload_id):
    find_upload(upload_id)
    del uploads[upload_id]
    (folder / upload_id).unlink()
    return "", 204


# ---- Stage 9: chat ---------------------------------------------------------------------

rooms = {}


@app.post(f"{api}/chat/rooms/")
def create_room():
    who()
    slug = body().get("slug")
    (isinstance(slug, str) and slug) or abort(400, "slug: a word")
    if slug in rooms:
        abort(409, "Another room has this slug.")
    rooms[slug] = {"sockets": set(), "seq": 0}
    return {"slug": slug, "title": body().get("title", slug)}, 201


@sock.route("/ws/chat/<slug>/")
def chat(socket, slug):
    try:
        person = who()
    except HTTPException:
        socket.close(4401)
        return
    room = rooms.get(slug)
    if room is None:
        socket.close(4404)
        return
    room["sockets"].add(socket)
    try:
        while True:
            hear(room, socket, person, json.loads(socket.receive()))
    finally:
        room["sockets"].discard(socket)


def hear(room, socket, person, frame):
    """A message goes to everyone in the room, in one order."""
    if frame.get("type") != "send":
        socket.send(json.dumps({"type": "error", "code": "unknown_type", "detail": "send"}))
        return
    room["seq"] += 1
    numbered = {"id": room["seq"], "seq": room["seq"]}
    socket.send(json.dumps({"type": "ack", "client_id": frame["client_id"], **numbered}))
    user = {"id": person["id"], "name": person["name"]}
    message = {"type": "message", **numbered, "user": user, "text": frame["text"]}
    for each in list(room["sockets"]):
        each.send(json.dumps(message))


if __name__ == "__main__":
    app.run(port=int(sys.argv[1]), threaded=True)
