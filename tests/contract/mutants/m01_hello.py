"""Stage 1, broken."""

import html

from .kinds import Mutant

MUTANTS = [
    Mutant("hello-world", "ends in a line break", "GET /hello/$", body=lambda body: body + b"\n"),
    Mutant("hello-world", "comes as HTML", "GET /hello/$", headers={"Content-Type": "text/html"}),
    Mutant("hello-head", "HEAD is not known", "HEAD /hello/$", status=405),
    Mutant("hello-refuses-post", "not what is allowed", "POST /hello/", without=("Allow",)),
    Mutant("hello-refuses-post", "takes it", "POST /hello/", status=200),
    Mutant(
        "hello-by-name", "loses what is not ASCII", "GET /hello/.",
        body=lambda body: body.decode().encode("ascii", "ignore"),
    ),
    Mutant("hello-long-names", "has no limit", "GET /hello/.{101,}", status=200),
    Mutant(
        "hello-long-names", "counts bytes", "GET /hello/",
        status=lambda status: 400 if status == 200 else status,
    ),
    Mutant("hello-is-no-markup", "no nosniff", "GET /hello/.", without=("X-Content-Type-Options",)),
    Mutant(
        "hello-is-no-markup", "escapes the name", "GET /hello/.",
        body=lambda body: html.escape(body.decode()).encode(),
    ),
    Mutant("hello-odd-names", "breaks at a NUL", "GET /hello/\0", status=500),
]  # fmt: skip
