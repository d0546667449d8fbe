"""Stage 1: one address, one answer, honest headers."""

from urllib.parse import quote

from ..checks import Stage

stage = Stage(
    1,
    "Hello",
    about="`GET /hello/` greets the world; `GET /hello/{name}/` greets by name.",
    read="hello/views.py, hello/README.md",
)
BY_NAME = """Put the decoded name into the text as it is:
app.get('/hello/:name/', (req, res) =>
  res.set('X-Content-Type-Options', 'nosniff')
     .type('text/plain').send(`Hello, ${req.params.name}!`))"""


@stage.core(
    cause="There is no route for /hello/ yet, or its text ends in a line break, or is sent as "
    "HTML.",
    hint="""Write a route that sends these thirteen characters as plain text.
Express: app.get('/hello/', (req, res) => res.type('text/plain').send('Hello, World!'))
Flask:   @app.get('/hello/')
         def hello():
             return Response('Hello, World!', mimetype='text/plain')""",
)
def hello_world(site):
    """`GET /hello/` answers 200 as `text/plain; charset=utf-8`, with exactly `Hello, World!`.

    The status says that it went well, the type how to read the body: a client needs both.
    """
    site.get("/hello/").expect(200).expect_type("text/plain", "utf-8").expect_body("Hello, World!")


@stage.core(
    cause="The route answers GET alone, or sends a body with HEAD.",
    hint="Most frameworks answer HEAD by themselves where there is a route for GET; do not "
    "override it.",
)
def hello_head(site):
    """`HEAD /hello/` answers as `GET` does, without a body.

    Clients ask so whether something is there, and how large it is, without fetching it.
    """
    site.head("/hello/").expect(200).expect_type("text/plain", "utf-8").expect_body(b"")


@stage.core(
    cause="The framework answers 404 or 200 to a method that the route does not take.",
    hint="""Refuse every other method at this address, and say which ones it takes.
Express: app.all('/hello/', (req, res) => res.set('Allow', 'GET, HEAD').sendStatus(405))""",
)
def hello_refuses_post(site):
    """`POST /hello/` answers 405 with `Allow`.

    404 would say that there is nothing here; 405 says that it is the method that is wrong.
    """
    site.post("/hello/").expect(405).expect_header("Allow", "GET")


@stage.full(
    cause="The name is cut off, escaped, or read in another encoding than UTF-8.", hint=BY_NAME
)
def hello_by_name(site):
    """`GET /hello/{name}/` answers `Hello, {name}!` for any name in UTF-8."""
    for name in (site.values.name(), "Ærøskøbing 東京 🦉", "a/b", "tom & jerry?", "50%"):
        answer = site.get(f"/hello/{quote(name, safe='')}/")
        answer.expect(200).expect_type("text/plain", "utf-8").expect_body(f"Hello, {name}!")


@stage.full(
    cause="The length is not looked at, or bytes are counted where characters are meant.",
    hint="Count characters, not bytes: up to 100 are greeted, and more get a 400.",
)
def hello_long_names(site):
    """A name has up to 100 characters; a longer one is refused.

    Whatever takes text from strangers has a limit, and says no where it ends.
    """
    name = "日" * 100
    site.get(f"/hello/{quote(name)}/").expect(200).expect_body(f"Hello, {name}!")
    site.get(f"/hello/{quote(name)}x/").expect(400, 404, 414, why="for 101 characters")


@stage.full(
    cause="The answer is HTML, or lacks X-Content-Type-Options.",
    hint=BY_NAME,
    read="hello/views.py; MDN on X-Content-Type-Options",
)
def hello_is_no_markup(site):
    """A name can not become markup: the answer is plain text, and `nosniff`.

    A browser may otherwise guess that it is HTML, and run what a stranger put into the address.
    """
    name = "<script>alert(1)</script>"
    answer = site.get(f"/hello/{quote(name, safe='')}/").expect(200).expect_type("text/plain")
    answer.expect_header("X-Content-Type-Options", "nosniff").expect_body(f"Hello, {name}!")


@stage.full(
    cause="What is no UTF-8, or a control character, is not foreseen.",
    hint="Whatever stands in the address, answer it or refuse it with a 4xx: never a 500.",
)
def hello_odd_names(site):
    """Names of odd bytes are greeted or refused, and break nothing."""
    for name in ("%00", "%0d%0aX-Evil:%201", "%ff%fe", "%ed%a0%80", "..%2f..", "%25%30%30", "%"):
        answer = site.line.send_raw("GET", f"/hello/{name}/")
        answer.expect_that("X-Evil" not in answer.headers, "no header made of a name")
