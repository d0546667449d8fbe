"""Stage 2: files as browsers want them, and no way out of the folder."""

import re

import httpx

from ..answers import expect
from ..checks import Stage

stage = Stage(
    2,
    "Static files",
    about="A folder of files at `/site/`: `index.html`, `style.css`, `app.js` and an image, "
    "`postcard.png` (another name may be told in the settings, under `[paths]`).",
    read="hello/README.md, backend_practice/http/middleware/static_files.py",
)
TYPES = {
    "/site/index.html": ("text/html",),
    "/site/style.css": ("text/css",),
    "/site/app.js": ("text/javascript", "application/javascript"),
    "/site/postcard.png": ("image/png", "image/jpeg", "image/webp", "image/svg+xml", "image/gif"),
}
OUTSIDE = "etc/passwd"
WAYS_OUT = (
    "../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "%2e%2e%5c", "%252e%252e%252f",
    "..%252f", "....//", "..;/", "%c0%ae%c0%ae/", ".%2e/", "..%00/",
)  # fmt: skip


@stage.core(
    cause="The folder is not served, or its address does not lead to index.html.",
    hint="""Express: app.use('/site', express.static('site'))
Flask:   app.send_static_file('index.html') for /site/, and a route for the others""",
)
def site_index(site):
    """`/site/` is the index: the same as `/site/index.html`, which may lead there."""
    index = site.get("/site/").expect(200).expect_type("text/html")
    fetched(site, "/site/index.html").expect_body(index.body)


def fetched(site, path):
    """The file; a server may have one address for the index, and send the other there."""
    answer = site.get(path).expect(200, 301, 302, 308)
    return answer if answer.status == 200 else site.follow(answer.link("Location")).expect(200)


@stage.core(
    cause="The type is not found from the name, so everything is text/html or octet-stream.",
    hint="Use your framework's static files rather than reading files by hand: it knows the types.",
)
def site_types(site):
    """Each file has its right content type.

    A browser does not apply a style sheet, nor run a script, that comes as something else.
    """
    for path, types in TYPES.items():
        answer = fetched(site, path)
        answer.expect_that(answer.body, "a file that is not empty")
        answer.expect_that(
            answer.media_type in types,
            f"Content-Type: {' or '.join(types)} for {path}",
            f"Content-Type: {answer.headers.get('Content-Type', 'none')}",
        )


@stage.core(
    cause="A page for everything, as single-page applications have it, answers 200.",
    hint="What is no file is a 404. Keep the fallback to index.html to addresses of its own.",
)
def site_unknown_file(site):
    """An unknown path below `/site/` answers 404."""
    site.get(f"/site/{site.values.word()}.html").expect(404)
    site.get(f"/site/{site.values.word()}/{site.values.word()}.css").expect(404)


@stage.core(
    cause="The path is joined to the folder as it came, or decoded once more after it was checked.",
    hint="Resolve the path first, then see that it still lies in the folder; or leave it to your "
    "framework.",
    read="OWASP: Path Traversal; backend_practice/http/middleware/static_files.py",
)
def site_no_way_out(site):
    """No spelling of `..` reaches a file outside the folder.

    Plain, encoded, doubly encoded, with backslashes: each has opened a server.
    """
    base = site.settings.path_of("/site/").rstrip("/") + "/"
    for way in WAYS_OUT:
        for depth in (1, 3, 8):
            answer = site.line.send_raw("GET", f"{base}{way * depth}{OUTSIDE}")
            answer.expect_that(b"root:" not in answer.body, "nothing of a file outside")
    for file in ("package.json", "manage.py", "requirements.txt", ".env"):
        for way in WAYS_OUT:
            answer = site.line.send_raw("GET", f"{base}{way}{file}")
            answer.expect_that(answer.status != 200, f"no 200 for {way}{file}")


@stage.full(
    cause="Neither ETag nor Last-Modified is sent, or the condition is not looked at.",
    hint="Send a validator with each file, and 304 without a body where the client has that "
    "version.",
    read="RFC 9110, section 13",
)
def site_not_modified(site):
    """A file that the client has already is answered with 304, by `ETag` or `Last-Modified`."""
    first = site.get("/site/style.css").expect(200)
    pairs = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
    conditions = {ask: first.headers[give] for give, ask in pairs if give in first.headers}
    first.expect_that(conditions, "an ETag or a Last-Modified", ", ".join(first.headers))
    for name, value in conditions.items():
        again = site.get("/site/style.css", headers={name: value})
        again.expect(304).expect_body(b"")
    site.get("/site/style.css", headers={"If-None-Match": '"another"'}).expect(200)


@stage.full(
    cause="The Range header is not looked at, or its end is taken as exclusive.",
    hint="bytes=5-9 are five bytes. Answer 206 with Content-Range: bytes 5-9/1234.",
    read="RFC 9110, section 14",
)
def site_range(site):
    """`Range` gives 206 and just those bytes."""
    path, plain = "/site/postcard.png", {"Accept-Encoding": "identity"}
    whole = site.get(path, headers=plain).expect(200).body
    start = site.values.number(1, len(whole) // 2)
    end = site.values.number(start, len(whole) - 2)
    part = site.get(path, headers={**plain, "Range": f"bytes={start}-{end}"}).expect(206)
    part.expect_body(whole[start : end + 1])
    part.expect_header("Content-Range", f"bytes {start}-{end}/{len(whole)}")
    last = site.get(path, headers={**plain, "Range": "bytes=-7"}).expect(206)
    last.expect_body(whole[-7:])


@stage.full(
    cause="A range beyond the end is answered with the whole file, or with nothing.",
    hint="Answer 416 with Content-Range: bytes */1234, which says how long the file is.",
    read="RFC 9110, section 15.5.17",
)
def site_range_beyond_the_end(site):
    """A range beyond the end answers 416 and says how long the file is."""
    plain = {"Accept-Encoding": "identity"}
    length = len(site.get("/site/postcard.png", headers=plain).expect(200).body)
    answer = site.get("/site/postcard.png", headers={**plain, "Range": f"bytes={length}-"})
    answer.expect(416).expect_header("Content-Range", f"*/{length}")


@stage.full(
    cause="Files are sent as they are, or compressed for everybody.",
    hint="Compress text once, keep the copies beside the files, and say Vary: Accept-Encoding.",
)
def site_compressed(site):
    """Text is compressed with gzip or Brotli for those who accept it, and for nobody else."""
    for path in ("/site/style.css", "/site/app.js"):
        plain = site.get(path, headers={"Accept-Encoding": "identity"}).expect(200)
        plain.expect_that("Content-Encoding" not in plain.headers, "no Content-Encoding")
        for encoding in ("gzip", "br"):
            answer = raw_file(site, path, encoding)
            answer.expect(200).expect_header("Content-Encoding", encoding)
            answer.expect_header("Vary", "Accept-Encoding")
            answer.expect_that(
                len(answer.body) < len(plain.body), "fewer bytes than the plain file"
            )


def raw_file(site, path, encoding):
    """The file as it travels, not unpacked."""
    return site.line.send_raw(
        "GET", site.settings.path_of(path), headers={"Accept-Encoding": encoding}
    )


@stage.full(
    cause="Static files lie under their plain names, or are cached for minutes only.",
    hint="Put a hash of the content into the name; then Cache-Control: max-age=31536000, "
    "immutable.",
    read="backend_practice/static_files.py",
)
def static_files_are_immutable(site):
    """The pages' own files lie under `/static/` with a hash in their names, cached for ever."""
    page = site.get("/").expect(200)
    links = re.findall(r'(?:href|src)="([^"]*/static/[^"]+\.(?:css|js))"', page.text)
    page.expect_that(links, "a page that links to its files under /static/")
    for link in links[:3]:
        answer = site.follow(str(httpx.URL(link).raw_path.decode()))
        answer.expect(200).expect_header("Cache-Control", "immutable")
        expect(re.search(r"\.[0-9a-f]{8,}\.", link), "a name with a hash in it", link)
