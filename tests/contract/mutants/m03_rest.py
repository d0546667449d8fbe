"""Stage 3, broken."""

from .kinds import (
    Mutant,
    always,
    becomes,
    only_for,
    with_members,
    without_members,
    without_parameter,
)

API = "/api/v1/"
BOOKS, BOOK = f"{API}books/", rf"{API}books/[^/]+/$"
POST, GET, LIST = f"POST {BOOKS}$", f"GET {BOOK}", rf"GET {BOOKS}(\?|$)"
CHANGE = f"(PUT|PATCH|DELETE) {BOOK}"
KEY = ("Idempotency-Key",)


def swallowing(error, value):
    """The original, and this value where it raises such an error."""

    def instead(original):
        def call(*arguments, **options):
            try:
                return original(*arguments, **options)
            except error:
                return value

        return call

    return instead


def newest_first(original):
    from books.filters import NEWEST_FIRST

    return NEWEST_FIRST


def forgives_a_forged_cursor(original):
    from backend_practice.http.query import InvalidQuery

    return swallowing(InvalidQuery, None)(original)


def always_the_first_user(original):
    from accounts.models import User

    return lambda request: User.objects.order_by("pk").values_list("pk", flat=True).first()


def first_row_lost(told):
    return {**told, "results": told["results"][1:]}


def rows_turned(told):
    return {**told, "results": told["results"][::-1]}


def hyphened(book):
    isbn = book.get("isbn")
    return {**book, "isbn": f"{isbn[:3]}-{isbn[3:]}"} if isbn else book


def years_as_they_come(book):
    return {**book, "published_year": 2000} if "published_year" in book else book


MUTANTS = [
    Mutant("books-create", "does not say where", POST, without=("Location",)),
    Mutant("books-create", "answers 200", POST, status=only_for(201, 200)),
    Mutant("books-create", "another address", POST, headers={"Location": "/api/v1/books/0/"}),
    Mutant(
        "books-read",
        "authors as one text",
        GET,
        told=lambda book: {**book, "authors": ", ".join(book["authors"])},
    ),
    Mutant("books-list", "a bare array", LIST, told=lambda told: told["results"]),
    Mutant("books-list", "the newest is left out", LIST, told=first_row_lost),
    Mutant("books-replace", "changes nothing", f"PUT {BOOK}", method="GET"),
    Mutant(
        "books-replace",
        "an author is kept",
        f"PUT {BOOK}",
        sent=lambda book: {**book, "authors": ["Nobody"]},
    ),
    Mutant(
        "books-change",
        "empties what it is not given",
        f"PATCH {BOOK}",
        sent=lambda book: {"authors": ["Nobody"], **book},
    ),
    Mutant("books-change", "changes nothing", f"PATCH {BOOK}", method="GET"),
    Mutant(
        "books-delete",
        "deletes nothing",
        f"DELETE {BOOK}",
        method="GET",
        status=only_for(200, 204),
        body=b"",
    ),
    Mutant("books-delete", "answers 200", f"DELETE {BOOK}", status=only_for(204, 200)),
    Mutant(
        "books-invalid",
        "a book without authors",
        POST,
        sent=lambda book: {"authors": ["Nobody"], **book} if isinstance(book, dict) else book,
    ),
    Mutant(
        "books-invalid",
        "numbers for titles",
        POST,
        sent=lambda book: (
            {**book, "title": str(book["title"])}
            if isinstance(book, dict) and "title" in book
            else book
        ),
    ),
    Mutant("books-unknown-id", "a bad request", f"(GET|DELETE) {BOOK}", status=only_for(404, 400)),
    Mutant(
        "books-unknown-id", "deleted, whatever it was", f"DELETE {BOOK}", status=only_for(404, 204)
    ),
    Mutant("books-broken-json", "unprocessable", POST, status=only_for(400, 422)),
    Mutant(
        "books-broken-json",
        "taken for nothing",
        POST,
        raw=lambda body: (
            body
            if body.endswith(b"}") and b"[]" not in body
            else b'{"title": "a", "authors": ["b"]}'
        ),
    ),
    Mutant(
        "books-wrong-media-type",
        "whatever it says it is JSON",
        POST,
        give={"Content-Type": "application/json"},
    ),
    Mutant("books-unknown-method", "there is nothing", f"DELETE {BOOKS}$", status=404),
    Mutant(
        "books-unknown-method",
        "does not say what is allowed",
        f"(DELETE|POST) {BOOKS}",
        without=("Allow",),
    ),
    Mutant(
        "books-without-slash",
        "leads to the other form",
        rf"(GET|POST) {API}books$",
        status=301,
        headers={"Location": BOOKS},
        body=b"",
    ),
    Mutant("books-without-slash", "is not there", rf"PATCH {API}books/[^/]+$", status=404),
    # ---- full
    Mutant("books-members", "no word of genres", GET, told=without_members("genres")),
    Mutant(
        "books-members",
        "no null for what is not known",
        GET,
        told=lambda book: {n: v for n, v in book.items() if v is not None},
    ),
    Mutant(
        "books-times",
        "another zone's form",
        "(GET|POST|PATCH) ",
        body=lambda body: body.replace(b'Z"', b'+00:00"'),
    ),
    Mutant(
        "books-times",
        "never updated",
        f"PATCH {BOOK}",
        told=lambda book: {**book, "updated_at": book["created_at"]},
    ),
    Mutant("books-isbn-normalised", "as it was typed", POST, told=hyphened),
    Mutant(
        "books-isbn-normalised",
        "thirteen digits only",
        POST,
        sent=lambda book: {**book, "isbn": "x"} if len(book.get("isbn", "")) == 10 else book,
    ),
    Mutant(
        "books-isbn-checked",
        "what is none counts as none",
        code="books.serializers:normalise_isbn",
        instead=swallowing(ValueError, None),
    ),
    Mutant(
        "books-isbn-unique", "a bad request", f"(POST|PATCH) {BOOKS}", status=only_for(409, 400)
    ),
    Mutant("books-isbn-unique", "the second has none", POST, sent=without_members("isbn")),
    Mutant("books-limits", "any year", POST, sent=years_as_they_come),
    Mutant(
        "books-limits",
        "long titles are cut",
        POST,
        sent=lambda book: {**book, "title": book["title"][:300]},
    ),
    Mutant(
        "books-limits",
        "one too short",
        POST,
        sent=lambda book: {
            **book,
            "title": book["title"] + "x" if len(book["title"]) == 300 else book["title"],
        },
    ),
    Mutant(
        "books-language-and-genres-checked",
        "languages are not kept",
        POST,
        sent=without_members("language"),
    ),
    Mutant("books-language-and-genres-checked", "any genre", POST, sent=without_members("genres")),
    Mutant(
        "books-put-back",
        "refuses what it gave",
        f"PUT {BOOK}",
        sent=lambda book: {**book, "unknown": 1} if "id" in book else book,
    ),
    Mutant(
        "books-put-back",
        "believes what comes in",
        rf"PUT {BOOK}",
        sent=lambda book: {**book, "title": "another"},
    ),
    Mutant(
        "books-of-others", "anybody may", code="books.services:may_change", instead=always(True)
    ),
    Mutant("books-search", "finds everything", LIST, query=without_parameter("q")),
    Mutant("books-search", "one word is enough", LIST, query=lambda query: query.partition("+")[0]),
    Mutant(
        "books-search-accents",
        "letters as they are",
        code="books.search:words_of",
        instead=becomes(lambda text: text.lower().split()),
    ),
    Mutant(
        "books-search-best-first",
        "the newest first",
        code="books.filters:BEST_MATCH_FIRST",
        instead=newest_first,
    ),
    Mutant("books-search-odd-text", "breaks at a quote", f"GET {BOOKS}.*q=%22", status=500),
    Mutant(
        "books-filters", "ends of years are ignored", LIST, query=without_parameter("published_to")
    ),
    Mutant("books-filters", "languages are ignored", LIST, query=without_parameter("language")),
    Mutant(
        "books-ordering",
        "always upwards",
        LIST,
        query=lambda query: query.replace("ordering=-", "ordering="),
    ),
    Mutant(
        "books-ordering",
        "by title only",
        LIST,
        query=lambda query: query.replace("published_year", "title"),
    ),
    Mutant(
        "books-unknown-filter-value",
        "an unknown genre is an empty one",
        code="books.filters:_known_genre",
        instead=becomes(lambda slug: slug),
    ),
    Mutant(
        "books-unknown-filter-value",
        "any order",
        LIST,
        query=lambda query: query.replace("ordering=price", ""),
    ),
    Mutant("books-pages", "off by one", f"GET {BOOKS}.*cursor=", told=first_row_lost),
    Mutant(
        "books-pages",
        "never ends",
        LIST,
        told=lambda told: {**told, "next": told["next"] or "/api/v1/books/?limit=1"},
    ),
    Mutant("books-pages", "no way back", LIST, told=with_members(previous=None)),
    Mutant(
        "books-pages-while-rows-come-and-go",
        "a row is lost",
        f"GET {BOOKS}.*cursor=",
        told=first_row_lost,
    ),
    Mutant(
        "books-page-size",
        "too many are cut off",
        LIST,
        query=lambda query: query.replace("limit=101", "limit=100"),
    ),
    Mutant(
        "books-page-size",
        "ten unless told",
        LIST,
        query=lambda query: query if "limit" in query else f"{query}&limit=10",
    ),
    Mutant(
        "books-forged-cursor",
        "begins anew",
        code="backend_practice.http.pagination:_read_cursor",
        instead=forgives_a_forged_cursor,
    ),
    Mutant("books-lists-count-nothing", "counts", LIST, told=with_members(count=7)),
    Mutant("books-etag", "sends it again", GET, drop=("If-None-Match",)),
    Mutant("books-etag", "weak", GET, headers={"ETag": 'W/"1"'}),
    Mutant("books-etag", "the same for ever", f"GET {BOOK}", headers={"ETag": '"1"'}),
    Mutant("books-stale-if-match", "the last writer wins", CHANGE, drop=("If-Match",)),
    Mutant("books-stale-if-match", "deletes whatever it is", f"DELETE {BOOK}", drop=("If-Match",)),
    Mutant("idempotency-replays", "two books", POST, drop=KEY),
    Mutant("idempotency-replays", "does not say so", POST, without=("Idempotent-Replayed",)),
    Mutant(
        "idempotency-other-body",
        "the first answer for another request",
        code="backend_practice.http.idempotency:fingerprint",
        instead=always("same"),
    ),
    Mutant(
        "idempotency-by-user",
        "one key for all",
        code="backend_practice.http.middleware.idempotency:user_id_of",
        instead=always_the_first_user,
    ),
    Mutant("idempotency-race", "all of them", POST, drop=KEY),
    Mutant(
        "idempotency-keys-checked",
        "any key",
        code="backend_practice.http.middleware.idempotency:accepted_key",
        instead=always("fixed"),
    ),
    Mutant(
        "problems-everywhere",
        "no route, no problem",
        rf"GET {API}[a-z]+/$",
        headers={"Content-Type": "text/html"},
    ),
    Mutant(
        "problems-everywhere",
        "who asks need not know how",
        f"POST {BOOKS}",
        without=("WWW-Authenticate",),
    ),
    Mutant("problems-name-the-field", "something is wrong", POST, told=without_members("errors")),
    Mutant(
        "problems-name-the-field",
        "only the first",
        POST,
        told=lambda told: {**told, "errors": told["errors"][:1]} if "errors" in told else told,
    ),
    Mutant("bodies-have-a-limit", "a bad request", POST, status=only_for(413, 400)),
    Mutant("bodies-have-a-limit", "does not say which", POST, told=without_members("limit")),
    Mutant(
        "bodies-have-a-depth",
        "as deep as you like",
        code="backend_practice.http.parsers:is_deeper_than",
        instead=always(False),
    ),
    Mutant("books-hostile-values", "breaks at a NUL", POST, status=only_for(400, 500)),
    Mutant(
        "books-hostile-values",
        "throws NULs away",
        POST,
        raw=lambda body: body.replace(b"\\u0000", b""),
    ),
    Mutant("books-hostile-ids", "breaks at a quote", f"GET {BOOKS}'", status=500),
    Mutant("books-hostile-ids", "finds something", f"GET {BOOKS}-1", status=200),
    Mutant("request-ids", "none", f"GET {BOOKS}", without=("X-Request-ID",)),
    Mutant("request-ids", "whatever it is told", f"GET {BOOKS}", headers={"X-Request-ID": "short"}),
    Mutant(
        "schema-describes-the-routes",
        "an older version",
        f"GET {API}schema/",
        told=with_members(openapi="3.0.3"),
    ),
    Mutant(
        "schema-describes-the-routes",
        "uploads are left out",
        f"GET {API}schema/",
        told=lambda told: {
            **told,
            "paths": {p: v for p, v in told["paths"].items() if "uploads" not in p},
        },
    ),
    Mutant("api-for-people", "no docs", f"GET {API}docs/", status=404),
    Mutant(
        "api-for-people", "JSON for everybody", f"GET {BOOKS}$", give={"Accept": "application/json"}
    ),
]
