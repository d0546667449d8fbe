"""Stage 6: files from strangers, and back to them as they came."""

import base64
import hashlib
import struct
import zlib

from ..answers import Skipped, eventually, expect
from ..checks import Stage
from ..values import png_of

stage = Stage(
    6,
    "Uploads",
    about="""`POST …/uploads/` takes a form with the file in the field `file`.
An upload has `id`, `name`, `size`, `content_type` (found from the content), `sha256`, `status`
(`pending`, `stored`), `image` (`{width, height, thumbnails}` or null), `url`, `owner`,
`created_at`.""",
    read="uploads/README.md, uploads/views/uploads.py",
)
KINDS = "uploads/kinds.py; OWASP File Upload Cheat Sheet"
TUS = "https://tus.io/protocols/resumable-upload, uploads/tus.py"
VERSION = {"Tus-Resumable": "1.0.0"}
CHUNK = {**VERSION, "Content-Type": "application/offset+octet-stream"}
BOUNDARY = "a-boundary-that-occurs-nowhere-else"


# ---- core --------------------------------------------------------------------------------


@stage.core(
    cause="The form is not read: a body of multipart/form-data needs a parser of its own.",
    hint="""Express: multer().single('file'); Flask: request.files['file'].
Answer 201 with id, name and size.""",
)
def upload_form(site):
    """`POST …/uploads/` with a form, its field `file`, answers 201 with the upload."""
    name, content = f"{site.values.word()}.txt", site.values.text_file()
    answer = site.alice.upload(name, content).expect(201)
    answer.expect_members(name=name, size=len(content)).member("id")


@stage.core(cause="Anybody may upload.", hint="Ask for the token before you read the body.")
def upload_needs_a_token(site):
    """Without a token an upload answers 401."""
    site.post("uploads/", files={"file": ("a.txt", b"text")}).expect(401)
    site.get("uploads/").expect(401)


@stage.core(
    cause="Everybody's files are listed, or those of one upload are not found again.",
    hint="List the uploads of who asks, and no others.",
)
def upload_list(site):
    """`GET …/uploads/` lists one's own, and `GET …/uploads/{id}/` answers one of them."""
    name = f"{site.values.word()}.txt"
    upload = site.alice.upload(name, site.values.text_file()).expect(201).object()
    rows = site.alice.get("uploads/").expect(200).results()
    expect(upload["id"] in [row["id"] for row in rows], "the new upload in the list")
    site.alice.get(f"uploads/{upload['id']}/").expect(200).expect_members(
        id=upload["id"], name=name
    )
    others = [row["id"] for row in site.bob.get("uploads/").expect(200).results()]
    expect(upload["id"] not in others, "not in the list of another user")


@stage.core(
    cause="The bytes are read as text on their way, or come without a name.",
    hint="Send the file as it lies there: Content-Disposition: attachment; filename=…, nosniff.",
    read="RFC 6266, uploads/downloads.py",
)
def upload_content(site):
    """`GET …/uploads/{id}/content/` gives the same bytes, with the name, and `nosniff`.

    Without nosniff a browser may take a stranger's file for a page of yours, and run it.
    """
    name, content = f"{site.values.word()}.png", site.values.png()
    upload = site.alice.upload(name, content).expect(201).object()
    answer = site.alice.get(f"uploads/{upload['id']}/content/").expect(200).expect_body(content)
    answer.expect_header("Content-Disposition", name)
    answer.expect_header("X-Content-Type-Options", "nosniff")


@stage.core(
    cause="The Range header is not looked at.",
    hint="Express: res.sendFile does it; Flask: send_file(…, conditional=True).",
    read="RFC 9110, section 14; uploads/ranges.py",
)
def upload_range(site):
    """`Range` on the content gives 206 and just those bytes."""
    content = site.values.png()
    upload = site.alice.upload("a.png", content).expect(201).object()
    answer = site.alice.get(f"uploads/{upload['id']}/content/", headers={"Range": "bytes=3-12"})
    answer.expect(206).expect_body(content[3:13])
    answer.expect_header("Content-Range", f"bytes 3-12/{len(content)}")


@stage.core(
    cause="Only the row goes, or only the file.", hint="Remove both, and answer 404 from then on."
)
def upload_delete(site):
    """`DELETE …/uploads/{id}/` removes it: 204, and 404 from then on."""
    upload = site.alice.upload("a.txt", site.values.text_file()).expect(201).object()
    address = f"uploads/{upload['id']}/"
    site.alice.delete(address).expect(204)
    site.alice.get(address).expect(404)
    site.alice.get(f"{address}content/").expect(404)
    expect(
        upload["id"] not in [row["id"] for row in site.alice.get("uploads/").results()],
        "not in the list",
    )


@stage.core(
    cause="The upload is looked up by its id alone.",
    hint="Look for it among the uploads of who asks: 404, and not 403, which says that it is "
    "there.",
    read="OWASP API1, Broken Object Level Authorization; uploads/selectors.py",
)
def upload_of_others(site):
    """Someone else's upload answers 404, whatever is asked of it."""
    upload = site.alice.upload("a.txt", site.values.text_file()).expect(201).object()
    address = f"uploads/{upload['id']}/"
    site.bob.get(address).expect(404)
    site.bob.get(f"{address}content/").expect(404)
    site.bob.delete(address).expect(404)
    site.get(f"{address}content/").expect(401)
    site.alice.get(f"{address}content/").expect(200, why="for its owner, still")


@stage.core(
    cause="Any type is taken, or the type that the client names is believed.",
    hint="Allow a short list of types, found from the first bytes of the content.",
    read=KINDS,
)
def upload_types(site):
    """A type that is not allowed answers 415: a program, or a page with a script."""
    program = b"\x7fELF\x02\x01\x01" + bytes(200)
    page = b"<!doctype html><script>alert(1)</script>"
    for name, content in (("a.exe", b"MZ" + bytes(200)), ("a.bin", program), ("a.html", page)):
        site.alice.upload(name, content).expect(415, why=f"for {name}")
    for name in ("a.txt", "a.png", "a.csv"):
        site.alice.upload(name, page).expect(415, why=f"for a page that is called {name}")


@stage.core(
    cause="The type is taken from the name.",
    hint="Compare what the first bytes say with what the name says; PNG begins with 89 50 4E 47.",
    read=KINDS,
)
def upload_content_against_name(site):
    """Content that is not what its name says answers 415."""
    site.alice.upload("picture.png", site.values.text_file()).expect(415, why="for text in a .png")
    site.alice.upload("picture.jpg", site.values.png()).expect(415, why="for a PNG in a .jpg")
    site.alice.upload("notes.txt", site.values.png()).expect(415, why="for a PNG in a .txt")


@stage.core(
    cause="The size is not limited, or the connection is cut without an answer.",
    hint="Express: multer({limits: {fileSize}}), its LIMIT_FILE_SIZE is a 413. Flask: "
    "MAX_CONTENT_LENGTH.",
)
def upload_too_large(site):
    """A file that is too large answers 413."""
    size = site.settings.uploads.largest + 1024 * 1024
    answer, _ = send_large(site, size)
    answer.expect(413, why=f"for {size:,} bytes")


def send_large(site, size):
    """A form with a file of this size, sent until the server answers."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n%PDF-1.7\n"
    ).encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()
    block = bytes(64 * 1024)

    def parts():
        yield head
        for start in range(0, size, len(block)):
            yield block[: size - start]
        yield tail

    headers = {
        **site.alice.credentials(),
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    url = site.line.url_of("uploads/")
    return site.line.send_slowly("POST", url, headers=headers, parts=parts(), who=site.alice.who)


# ---- full: what is kept ---------------------------------------------------------------------


@stage.full(
    cause="A member is missing, or is what the client said and not what was found.",
    hint="Compute size, type and SHA-256 from the bytes while they come in.",
)
def upload_members(site):
    """An upload has all its members: size, type and SHA-256 are those of the content."""
    content = site.values.png(200, 100)
    answer = site.alice.upload("a.png", content).expect(201)
    answer.expect_members(
        size=len(content), content_type="image/png", status="stored", owner=site.alice.id,
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    image = answer.member("image")
    expect(
        (image["width"], image["height"]) == (200, 100), "the image to be 200 by 100", str(image)
    )
    site.alice.follow(answer.member("url")).expect(200).expect_body(content)
    location = site.alice.follow(answer.link("Location")).expect(200)
    location.expect_members(id=answer.member("id"))
    text = site.alice.upload("a.txt", b"plain").expect(201)
    text.expect_members(content_type="text/plain", image=None)


@stage.full(
    cause="The name of the client becomes a path.",
    hint="Store under a name of your own, the id; keep the client's as a text to show.",
    read=KINDS,
)
def upload_names(site):
    """A stored name never comes from the client: paths in it are cut off, and two of one name are
    two.
    """
    content = site.values.text_file()
    for name in ("../../x.txt", "/etc/x.txt", "..\\..\\x.txt", "C:\\x.txt"):
        site.alice.upload(name, content).expect(201).expect_members(name="x.txt")
    odd = "Über 東京 'quoted'.txt"
    made = site.alice.upload(odd, content).expect(201).expect_members(name=odd).member("id")
    shown = site.alice.get(f"uploads/{made}/content/").expect(200)
    shown.expect_header("Content-Disposition", "filename*=UTF-8''%C3%9Cber")
    first = site.alice.upload("same.txt", b"one").expect(201).object()
    site.alice.upload("same.txt", b"two").expect(201)
    site.alice.get(f"uploads/{first['id']}/content/").expect_body(b"one")


@stage.full(
    cause="A form of another shape breaks the parser.",
    hint="No file, two fields, an odd name, no boundary: each is a 400.",
)
def upload_odd_forms(site):
    """A form without the file, or that can not be read, is refused and breaks nothing."""
    site.alice.post("uploads/", files={"other": ("a.txt", b"x")}).expect_refused(400)
    for media_type, body in (
        ("multipart/form-data", b"x"), ("multipart/form-data; boundary=x", b"no boundary in it"),
        ("multipart/form-data; boundary=x", b""), ("multipart/form-data; boundary=", b"x"),
        ("application/json", b"{}"), ("text/plain", b"x"),
    ):  # fmt: skip
        headers = {"Content-Type": media_type}
        site.alice.post("uploads/", content=body, headers=headers).expect(400, 415)
    for name in ("", "a" * 300 + ".txt", "a\u202etxt.exe", "nul\0.txt"):
        answer = site.alice.upload(name, b"x")
        answer.expect(201, 400, 415)


@stage.full(
    cause="The whole body is read before its length is looked at.",
    hint="Refuse by Content-Length, before you read; the client may stop sending then.",
)
def upload_refused_early(site):
    """Where the length is declared, a file that is too large is refused before it is read."""
    answer, sent = send_large(site, site.settings.uploads.largest * 2)
    answer.expect_refused(413)
    answer.member("limit")
    bound = site.settings.uploads.largest
    expect(sent < bound, "an answer before the whole of it was sent", f"after {sent:,} bytes")


@stage.full(
    cause="Only the size of one file is limited, so a thousand of them fill the disk.",
    hint="Add up what a user has, pending ones too, in the transaction that takes the next.",
    read="uploads/quota.py",
)
def upload_quota(site):
    """A user's uploads together have a quota; beyond it is a 413 that names it."""
    size = site.settings.uploads.largest
    form = {"name": "large.pdf", "size": size, "content_type": "application/pdf"}
    for _ in range(40):
        answer = site.bob.post("uploads/presign/", json=form).expect(201, 413)
        if answer.status == 413:
            name = answer.expect_refused(413).member("limit")["name"]
            expect("QUOTA" in name, "`limit` to name the quota", name)
            return
        made = answer.member("id")
        site.afterwards(lambda made=made: site.bob.delete(f"uploads/{made}/"))
    answer.fail("413 once all of a user's uploads are too large together", "none after 40 of them")


# ---- full: images -------------------------------------------------------------------------------


@stage.full(
    cause="The header of the image is believed, or its size is found by decoding all of it.",
    hint="Read width and height first, refuse beyond 30 megapixels, and only then decode.",
    read="uploads/images.py",
)
def images_have_a_limit(site):
    """A small file that holds a huge image answers 413."""
    width = height = 8000
    row = b"\0" + bytes(width // 8)
    bomb = png_of(width, height, row * height, depth=1, kind=0)
    expect(len(bomb) < 100_000, "a small file")
    site.alice.upload("bomb.png", bomb).expect_refused(413)


@stage.full(
    cause="The first bytes are looked at, and no more.",
    hint="Decode the image within bounds before you keep it.",
    read="uploads/images.py",
)
def images_are_decoded(site):
    """An image that can not be decoded is refused."""
    content = site.values.png()
    cut, head = content[: len(content) // 2], content[:40]
    for broken in (cut, head, content[:33] + b"\0" * 200):
        site.alice.upload("a.png", broken).expect_refused(400, 415)


@stage.full(
    cause="Nobody makes them, or they are made in the request, or carry what the camera wrote.",
    hint="A job after the answer; draw anew and save without metadata.",
    read="uploads/thumbnails.py",
)
def images_get_thumbnails(site):
    """Thumbnails are made in the background, and carry no EXIF."""
    content = with_text(site.values.png(600, 400), b"Secret", b"where I live")
    upload = site.alice.upload("a.png", content).expect(201).object()
    address = f"uploads/{upload['id']}/"

    def thumbnails():
        return site.alice.get(address).object()["image"]["thumbnails"]

    made = eventually(thumbnails, seconds=30, expected="thumbnails in `image`", came="none")
    expect("256" in made, "one of 256 pixels", str(made))
    small = site.alice.follow(made["256"]).expect(200)
    small.expect_that(small.media_type.startswith("image/"), "an image", small.media_type)
    small.expect_that(b"where I live" not in small.body, "nothing of the original's metadata")
    small.expect_that(len(small.body) < len(content), "fewer bytes than the original")
    site.bob.follow(made["256"]).expect(404)


def with_text(png, key, text):
    """The PNG with a text in it, before its end."""
    data = b"tEXt" + key + b"\0" + text
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return png[:33] + chunk + png[33:]


# ---- full: resumable -----------------------------------------------------------------


@stage.full(
    cause="Clients are not told what the server can do.",
    hint="Tus-Version, Tus-Extension and Tus-Max-Size in the answer to OPTIONS; 412 for another "
    "version.",
    read=TUS,
)
def tus_says_what_it_can(site):
    """`OPTIONS …/uploads/tus/` tells version and extensions; another version answers 412."""
    answer = site.alice.request("OPTIONS", "uploads/tus/").expect(200, 204)
    answer.expect_header("Tus-Version", "1.0.0")
    for extension in ("creation", "creation-with-upload", "checksum", "expiration", "termination"):
        answer.expect_header("Tus-Extension", extension)
    headers = {"Tus-Resumable": "0.9.0", "Upload-Length": "5"}
    site.alice.post("uploads/tus/", headers=headers).expect(412)


def begin_tus(site, size, name="a.txt"):
    """The address of a new resumable upload."""
    filename = base64.b64encode(name.encode()).decode()
    headers = {**VERSION, "Upload-Length": str(size), "Upload-Metadata": f"filename {filename}"}
    answer = site.alice.post("uploads/tus/", headers=headers).expect(201)
    answer.expect_header("Tus-Resumable", "1.0.0")
    address = answer.link("Location")
    site.afterwards(lambda: site.alice.follow(address, "DELETE", headers=VERSION, broken=True))
    return address


@stage.full(
    cause="The offset is not kept, or a part that comes twice is written twice.",
    hint="HEAD tells how many bytes are there; a PATCH from anywhere else is a 409.",
    read=TUS,
)
def tus_resumes(site):
    """A resumable upload goes on where it was cut off, and is the same file in the end."""
    content = site.values.text_file(5000)
    address = begin_tus(site, len(content), "resumed.txt")
    part = {**CHUNK, "Upload-Offset": "0"}
    first = site.alice.follow(address, "PATCH", content=content[:2000], headers=part)
    first.expect(204).expect_header("Upload-Offset", "2000").header("Upload-Expires")
    site.alice.follow(address, "PATCH", content=content[:10], headers=part).expect(409)
    far = {**CHUNK, "Upload-Offset": "4000"}
    site.alice.follow(address, "PATCH", content=content[4000:], headers=far).expect(409)
    there = site.alice.follow(address, "HEAD", headers=VERSION).expect(200, 204)
    there.expect_header("Upload-Offset", "2000").expect_header("Upload-Length", "5000")
    rest = {**CHUNK, "Upload-Offset": "2000"}
    last = site.alice.follow(address, "PATCH", content=content[2000:], headers=rest)
    last.expect(204).expect_header("Upload-Offset", "5000")
    newest = site.alice.get("uploads/?limit=1").results()[0]
    digest = hashlib.sha256(content).hexdigest()
    expect(newest["sha256"] == digest, "the same SHA-256 as was sent", str(newest["sha256"]))
    expect(newest["name"] == "resumed.txt", "the name of its metadata", newest["name"])
    site.alice.get(f"uploads/{newest['id']}/content/").expect_body(content)


@stage.full(
    cause="Upload-Checksum is not looked at.",
    hint="Verify the part before you count it; else 460, and the offset stays.",
    read=TUS,
)
def tus_checksum(site):
    """A part whose checksum is another answers 460 and does not count."""
    content = site.values.text_file(1000)
    address = begin_tus(site, len(content))
    wrong = base64.b64encode(hashlib.sha1(b"other").digest()).decode()  # noqa: S324 - tus has it
    right = base64.b64encode(hashlib.sha1(content).digest()).decode()  # noqa: S324
    headers = {**CHUNK, "Upload-Offset": "0", "Upload-Checksum": f"sha1 {wrong}"}
    site.alice.follow(address, "PATCH", content=content, headers=headers).expect(460)
    there = site.alice.follow(address, "HEAD", headers=VERSION)
    there.expect_header("Upload-Offset", "0")
    headers["Upload-Checksum"] = f"sha1 {right}"
    site.alice.follow(address, "PATCH", content=content, headers=headers).expect(204)


@stage.full(
    cause="A begun upload can not be given up, or the first bytes can not come with the beginning.",
    hint="POST with a body creates and appends; DELETE removes what is there.",
    read=TUS,
)
def tus_creates_with_bytes_and_ends(site):
    """The first bytes may come with the creation, and `DELETE` ends an upload."""
    content = site.values.text_file(600)
    headers = {**CHUNK, "Upload-Length": str(len(content))}
    answer = site.alice.post("uploads/tus/", content=content[:100], headers=headers)
    answer.expect(201).expect_header("Upload-Offset", "100")
    address = answer.link("Location")
    site.bob.follow(address, "HEAD", headers=VERSION).expect(404)
    site.alice.follow(address, "DELETE", headers=VERSION).expect(204)
    site.alice.follow(address, "HEAD", headers=VERSION).expect(404, 410)


@stage.full(
    cause="Headers of the protocol are converted without a look at them.",
    hint="A length and an offset are numbers of at most so many digits; else 400, and 413 beyond "
    "the limit.",
    read=TUS,
)
def tus_odd_requests(site):
    """Odd lengths, offsets and metadata are refused and break nothing."""
    for length in ("-1", "x", "1e3", "9" * 40, ""):
        headers = {**VERSION, "Upload-Length": length}
        site.alice.post("uploads/tus/", headers=headers).expect(400, 413)
    too_large = {**VERSION, "Upload-Length": str(site.settings.uploads.largest + 1)}
    site.alice.post("uploads/tus/", headers=too_large).expect(413)
    for metadata in ("filename !!!", "filename", ",,,", "a b c", f"filename {'A' * 4000}"):
        headers = {**VERSION, "Upload-Length": "3", "Upload-Metadata": metadata}
        answer = site.alice.post("uploads/tus/", headers=headers).expect(201, 400, 413)
        if answer.status == 201:
            site.alice.follow(answer.link("Location"), "DELETE", headers=VERSION)
    address = begin_tus(site, 10)
    for offset in ("-1", "x", "9" * 40):
        headers = {**CHUNK, "Upload-Offset": offset}
        site.alice.follow(address, "PATCH", content=b"x", headers=headers).expect(400, 409)


# ---- full: straight to the storage ---------------------------------------------------


def announce(site, content, **members):
    """What `presign/` says for this content."""
    form = {"name": "direct.txt", "size": len(content), "content_type": "text/plain", **members}
    answer = site.alice.post("uploads/presign/", json=form).expect(201)
    made = answer.member("id")
    site.afterwards(lambda: site.alice.delete(f"uploads/{made}/"))
    return answer.object()


def send_directly(site, told, content):
    """Send the content where the server said: to itself, or to the storage that the settings
    name.
    """
    headers = {
        name: value for name, value in told.get("headers", {}).items() if name != "Content-Length"
    }
    target = site.line.origin.target_of(told["url"])
    if target is not None:
        return site.follow(told["url"], told["method"], content=content, headers=headers).status
    if not site.settings.uploads.is_stored_at(told["url"]):
        raise Skipped("the signed address leads to another host: name it, [uploads] storage")
    return site.line.ask_storage(
        told["method"], told["url"], content=content, headers=headers,
        exchange=site.line.exchanges[-1],
    ).status_code  # fmt: skip


@stage.full(
    cause="The address is not signed, or what arrived is not verified.",
    hint="Sign address, size and type; look at what came before you call it stored.",
    read="uploads/direct.py",
)
def direct_upload(site):
    """`presign/` gives a signed address, and `complete/` verifies what has arrived there."""
    content = site.values.text_file()
    told = announce(site, content)
    for name in ("id", "url", "method", "expires_in"):
        expect(name in told, f"a member `{name}`", str(sorted(told)))
    address = f"uploads/{told['id']}/"
    site.alice.get(address).expect(200).expect_members(status="pending")
    site.alice.post(f"{address}complete/").expect(409, why="while nothing has arrived")
    status = send_directly(site, told, content)
    expect(status in (200, 201, 204), "200, 201 or 204 for the content", str(status))
    site.bob.post(f"{address}complete/").expect(404)
    done = site.alice.post(f"{address}complete/").expect(200)
    done.expect_members(
        status="stored", size=len(content), sha256=hashlib.sha256(content).hexdigest()
    )
    site.alice.get(f"{address}content/").expect(200)


@stage.full(
    cause="What was announced is believed.",
    hint="Find the type from the content, when it is there; what is not as announced is removed.",
    read="uploads/direct.py",
)
def direct_upload_verified(site):
    """What arrives and is not what was announced is refused at `complete/`, and is not kept."""
    page = b"<!doctype html><script>alert(1)</script>"
    told = announce(site, page)
    if send_directly(site, told, page) in (200, 201, 204):
        site.alice.post(f"uploads/{told['id']}/complete/").expect_refused(415)
        site.alice.get(f"uploads/{told['id']}/content/").expect(404)
    for form in (
        {"name": "a.exe", "size": 5, "content_type": "application/x-msdownload"},
        {"name": "a.txt", "size": site.settings.uploads.largest + 1, "content_type": "text/plain"},
        {"name": "a.txt", "size": -1, "content_type": "text/plain"}, {"name": "a.txt"}, {},
    ):  # fmt: skip
        site.alice.post("uploads/presign/", json=form).expect_refused(400, 413, 415)


@stage.full(
    cause="Any id is stored as a cover.",
    hint="A cover is an image among the uploads of who sends the book.",
    read="books/uploads.py",
)
def covers(site):
    """A book's cover is the id of one's own image, and goes with it."""
    image = site.alice.upload("cover.png", site.values.png()).expect(201).member("id")
    book = site.alice.book(cover=image)
    expect(book["cover"] == image, "the cover to be kept", str(book["cover"]))
    site.alice.delete(f"uploads/{image}/").expect(204)
    eventually(
        lambda: site.get(f"books/{book['id']}/").member("cover") is None, seconds=15,
        expected="no cover once its image is deleted", came=image,
    )  # fmt: skip
