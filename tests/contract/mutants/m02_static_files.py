"""Stage 2, broken."""

from .kinds import Mutant, only_for

FILES = "GET /site/"
MUTANTS = [
    Mutant("site-index", "lists the folder", "GET /site/$", body=b"<h1>Index of /site/</h1>"),
    Mutant(
        "site-types",
        "styles are text",
        "GET /site/style.css",
        headers={"Content-Type": "text/plain"},
    ),
    Mutant(
        "site-types",
        "the image is anything",
        "GET /site/postcard",
        headers={"Content-Type": "application/octet-stream"},
    ),
    Mutant("site-unknown-file", "the index for everything", FILES, status=only_for(404, 200)),
    Mutant(
        "site-no-way-out",
        "reads what it is asked for",
        "GET /site/.*passwd",
        status=200,
        body=b"root:x:0:0:root",
    ),
    Mutant(
        "site-no-way-out",
        "shows the sources",
        "GET .*manage.py",
        status=200,
        body=b"#!/usr/bin/env python",
    ),
    Mutant(
        "site-not-modified", "sends it again", FILES, drop=("If-None-Match", "If-Modified-Since")
    ),
    Mutant(
        "site-not-modified", "says nothing of versions", FILES, without=("ETag", "Last-Modified")
    ),
    Mutant("site-range", "ignores ranges", FILES, drop=("Range",)),
    Mutant("site-range", "takes the end as exclusive", FILES, body=lambda body: body[:-1]),
    Mutant(
        "site-range-beyond-the-end",
        "sends nothing, and all is well",
        FILES,
        status=only_for(416, 200),
    ),
    Mutant("site-range-beyond-the-end", "does not say how long", FILES, without=("Content-Range",)),
    Mutant("site-compressed", "compresses nothing", FILES, drop=("Accept-Encoding",)),
    Mutant("site-compressed", "forgets Vary", FILES, without=("Vary",)),
    Mutant(
        "static-files-are-immutable",
        "cached for a minute",
        "GET /static/",
        headers={"Cache-Control": "max-age=60"},
    ),
]
