"""What there is to see at each stage: its page ticks off what has been seen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """Something to have seen. The stage's page ticks it off when an exchange like this goes by.

    `methods` are words, `path` and `header` (`name: value` of the answer) are
    regular expressions; what is not given is not looked at. A goal without any
    is ticked off by the page's own script, by its key.
    """

    key: str
    text: str
    methods: str = ""
    path: str = ""
    status: int | None = None
    header: str = ""


# Each goal in two lines: what there is to see, and the exchange that shows it.
# fmt: off
GOALS: dict[str, tuple[Goal, ...]] = {
    "1-hello": (
        Goal("answer", "the first answer, in plain text",
             methods="GET", path=r"^/hello/$", status=200, header="^content-type: text/plain"),
        Goal("name", "an answer by name, in any script",
             methods="GET", path=r"^/hello/.+", status=200),
        Goal("head", "the same headers without a body",
             methods="HEAD", path=r"^/hello/", status=200),
        Goal("refusal", "a 405 that says what is allowed",
             path=r"^/hello/", status=405, header="^allow: "),
        Goal("too-long", "a name that is too long",
             path=r"^/hello/", status=400),
    ),
    "2-static-files": (
        Goal("whole", "a file with its right type",
             methods="GET", path=r"^/site/", status=200, header="^content-type: "),
        Goal("unchanged", "a 304: nothing is sent twice",
             path=r"^/site/", status=304),
        Goal("part", "a 206: a part of a file",
             path=r"^/site/", status=206, header="^content-range: bytes"),
        Goal("beyond", "a 416: a part that is not there",
             path=r"^/site/", status=416),
        Goal("immutable", "a file that may be kept for ever",
             path=r"^/static/", status=200, header="^cache-control: .*immutable"),
        Goal("outside", "a way out of the folder that leads nowhere",
             path=r"^/site/.*(%2e|%5c|%2f)", status=404),
    ),
    "3-rest": (
        Goal("search", "a search that ignores accents and case",
             methods="GET", path=r"^/api/v1/books/\?.*q=", status=200),
        Goal("created", "a 201 with its Location",
             methods="POST", path=r"^/api/v1/books/$", status=201, header="^location: "),
        Goal("invalid", "a 400 that names the field",
             path=r"^/api/v1/books/", status=400),
        Goal("stale", "a 412: somebody was faster",
             methods="PUT PATCH DELETE", path=r"^/api/v1/books/", status=412),
        Goal("unchanged", "a 304: still the same",
             methods="GET", path=r"^/api/v1/books/", status=304),
        Goal("replayed", "the first answer a second time",
             methods="POST", path=r"^/api/v1/books/$", header="^idempotent-replayed: true"),
        Goal("deleted", "a 204: gone",
             methods="DELETE", path=r"^/api/v1/books/", status=204),
    ),
    "4-authentication": (
        Goal("signed-up", "a 201: an account",
             methods="POST", path=r"/auth/signup/$", status=201),
        Goal("refused", "a 401 that tells nothing",
             methods="POST", path=r"/auth/login/$", status=401),
        Goal("tokens", "a pair of tokens",
             methods="POST", path=r"/auth/login/$", status=200),
        Goal("looked-inside", "what stands in a token"),
        Goal("refreshed", "the next pair",
             methods="POST", path=r"/auth/refresh/$", status=200),
        Goal("reused", "a used token that ends its session"),
        Goal("ended", "a session ended from another device",
             methods="DELETE", path=r"/auth/sessions/", status=204),
        Goal("limited", "a 429: too many guesses",
             path=r"/auth/login/$", status=429),
    ),
    "5-database": (
        Goal("constraint", "a rule that the database keeps",
             path=r"^/api/v1/books/", status=409),
        Goal("steady", "as many queries for 100 rows as for 1"),
        Goal("race", "one of eight wins, nobody gets a 500"),
        Goal("restart", "what was written is there after a restart"),
    ),
    "6-uploads": (
        Goal("form", "a file by form",
             methods="POST", path=r"^/api/v1/uploads/$", status=201),
        Goal("thumbnail", "thumbnails that appear",
             methods="GET", path=r"/thumbnails/", status=200),
        Goal("refused", "a file that is not what its name says",
             methods="POST", path=r"^/api/v1/uploads/", status=415),
        Goal("resumed", "an upload that goes on after a cut"),
        Goal("part", "a part of it, fetched",
             methods="GET", path=r"/content/$", status=206),
        Goal("direct", "a file past the site, by a signed address",
             methods="POST", path=r"/complete/$", status=200),
    ),
    "7-routing": (
        Goal("nested", "a child under its parent",
             methods="GET", path=r"/(authors|genres|books)/[^/]+/(books|reviews)/", status=200),
        Goal("wrong-parent", "a 404 for a child under the wrong parent",
             methods="GET", path=r"/books/\d+/reviews/\d+/$", status=404),
        Goal("echoed", "a request id of your own, echoed"),
        Goal("problems", "six kinds of problem"),
        Goal("timing", "where the time went", header="^server-timing: "),
    ),
    "8-jobs": (
        Goal("accepted", "a 202, at once",
             methods="POST", path=r"^/api/v1/jobs/$", status=202, header="^location: "),
        Goal("watched", "progress as it happens"),
        Goal("cancelled", "a job that was stopped"),
        Goal("retried", "a job that was started again",
             methods="POST", path=r"/retry/$", status=202),
        Goal("imported", "a file of books in the catalogue"),
        Goal("survived", "a job that survived its worker"),
    ),
    "9-real-time": (
        Goal("both", "one message in two windows"),
        Goal("present", "who is there"),
        Goal("caught-up", "a window that missed nothing"),
        Goal("once", "a message sent twice and stored once"),
        Goal("refused", "a frame that is refused, and a connection that stays"),
    ),
    "10-services": (
        Goal("map", "the services and their health",
             methods="GET", path=r"^/api/v1/services/$", status=200),
        Goal("trail", "one request followed by its id"),
        Goal("event", "what an event looks like"),
    ),
}
# fmt: on
