"""Stage 7: routes that know their parents, and what stands around every request."""

import re

from ..answers import expect
from ..checks import Stage
from ..values import isbn10_of
from .s03_rest import walk

stage = Stage(
    7,
    "Routing and middleware",
    about="""`…/books/{id}/reviews/` and `…/books/{id}/reviews/{review_id}/`
(`rating` 1 to 5, `text`), `…/authors/`, `…/authors/{id}/books/`, `…/genres/{slug}/books/`,
`…/books/isbn/{isbn}/`.""",
    read="books/README.md, books/api_urls.py",
)
REVIEWS = "books/views/reviews.py, books/services.py"
HEADERS = "backend_practice/http/middleware/security_headers.py; MDN on Content-Security-Policy"


def review(site, person, book, **members):
    """A new review of this book."""
    form = {"rating": 4, "text": site.values.words(5), **members}
    return person.post(f"books/{book['id']}/reviews/", json=form)


# ---- core -------------------------------------------------------------------------------------


@stage.core(
    cause="There is no route below a book, or the review does not belong to it.",
    hint="The book's id in the address is part of the review: look the book up first, 404 without "
    "it.",
    read=REVIEWS,
)
def reviews_create(site):
    """`POST …/books/{id}/reviews/` answers 201; the review is in the book's list and has an
    address.
    """
    book = site.alice.book()
    answer = review(site, site.bob, book, rating=5, text="Fine.").expect(201)
    answer.expect_members(rating=5, text="Fine.")
    found = site.get(f"books/{book['id']}/reviews/").expect(200).results()
    expect([each["id"] for each in found] == [answer.member("id")], "the review in the list alone")
    address = f"books/{book['id']}/reviews/{answer.member('id')}/"
    site.get(address).expect(200).expect_members(rating=5, text="Fine.")
    review(site, site.bob, {"id": "no-such-book"}).expect(404)
    review(site, site, book).expect(401, why="without a token")


@stage.core(
    cause="Reviews can be written and never changed.",
    hint="PUT, PATCH and DELETE as for a book, for who wrote it.",
    read=REVIEWS,
)
def reviews_change(site):
    """A review is changed and deleted at its own address."""
    book = site.alice.book()
    made = review(site, site.bob, book).expect(201).member("id")
    address = f"books/{book['id']}/reviews/{made}/"
    site.bob.patch(address, json={"rating": 2}).expect(200).expect_members(rating=2)
    site.get(address).expect_members(rating=2)
    site.bob.delete(address).expect(204)
    site.get(address).expect(404)


@stage.core(
    cause="A reader may vote as often as they like.",
    hint="One review a reader and book, kept by the database; a second is a 409.",
    read=REVIEWS,
)
def reviews_one_a_reader(site):
    """A second review of one book by the same reader answers 409."""
    book = site.alice.book()
    review(site, site.bob, book, rating=5).expect(201)
    review(site, site.bob, book, rating=1).expect(409)
    review(site, site.alice, book, rating=3).expect(201)
    expect(
        len(site.get(f"books/{book['id']}/reviews/").results()) == 2, "two reviews of two readers"
    )


@stage.core(
    cause="Any number is a rating.",
    hint="A whole number from 1 to 5; everything else is a 400.",
    read=REVIEWS,
)
def reviews_checked(site):
    """A rating is a whole number from 1 to 5, else 400."""
    book = site.alice.book()
    for rating in (0, 6, -1, 4.5, "five", None, [], 10**30):
        review(site, site.bob, book, rating=rating).expect(400, why=f"for the rating {rating!r}")
    site.bob.post(f"books/{book['id']}/reviews/", json={}).expect(400, why="for no rating")
    for rating in (1, 5):
        made = review(site, site.bob, book, rating=rating).expect(201).member("id")
        site.bob.delete(f"books/{book['id']}/reviews/{made}/").expect(204)


@stage.core(
    cause="The child is looked up by its own id, whatever stands before it.",
    hint="Look for the review among those of the book in the address.",
    read=REVIEWS,
)
def reviews_wrong_parent(site):
    """A review asked for under the wrong book answers 404, for every method."""
    book, other = site.alice.book(), site.alice.book()
    made = review(site, site.bob, book).expect(201).member("id")
    wrong = f"books/{other['id']}/reviews/{made}/"
    site.get(wrong).expect(404)
    site.bob.patch(wrong, json={"rating": 1}).expect(404)
    site.bob.delete(wrong).expect(404)
    site.get(f"books/{book['id']}/reviews/{made}/").expect(200, why="where it belongs")


@stage.core(
    cause="Authors are texts in books, and have no addresses.",
    hint="An author is a row of its own, with an id; a book refers to it.",
    read="books/views/authors.py",
)
def authors(site):
    """`…/authors/` lists authors, and `…/authors/{id}/books/` one's books."""
    book = site.alice.book()
    other = site.alice.book(authors=[site.values.name(), book["authors"][0]])
    found = [row for row in walk(site, "authors/?limit=100") if row["name"] == book["authors"][0]]
    expect(len(found) == 1, f"{book['authors'][0]} once among the authors", str(len(found)))
    books = walk(site, f"authors/{found[0]['id']}/books/")
    expect(
        {row["id"] for row in books} == {book["id"], other["id"]},
        "their two books",
        str(len(books)),
    )
    site.get("authors/999999999/books/").expect(404)


@stage.core(
    cause="The slug is not looked up.",
    hint="A genre that no book has ever had is a 404; the others list their books.",
    read="books/views/genres.py",
)
def genres(site):
    """`…/genres/{slug}/books/` lists the books of a genre."""
    genre = site.values.slug()
    book = site.alice.book(genres=[genre])
    site.alice.book(genres=[site.values.slug()])
    rows = site.get(f"genres/{genre}/books/").expect(200).results()
    expect(
        [row["id"] for row in rows] == [book["id"]], "the one book of this genre", str(len(rows))
    )
    site.get(f"genres/{site.values.slug()}/books/").expect(404)


@stage.core(
    cause="`isbn` is taken for a book's id, or the spelling has to be the stored one.",
    hint="Put this route before the one with {id}; normalise what stands in the address.",
    read="books/converters.py",
)
def books_by_isbn(site):
    """`…/books/isbn/{isbn}/` finds a book, whichever way its ISBN is spelled."""
    isbn = site.values.isbn13()
    book = site.alice.book(isbn=isbn)
    for spelled in (isbn, f"{isbn[:3]}-{isbn[3:]}", isbn10_of(isbn)):
        site.get(f"books/isbn/{spelled}/").expect(200).expect_members(id=book["id"])
    site.get(f"books/isbn/{site.values.isbn13()}/").expect(404)


# ---- full ----------------------------------------------------------------------------


@stage.full(
    cause="The mean is computed from what was there before, or not again after a change.",
    hint="Keep sum and count with the book, and change both in the review's own transaction.",
    read=REVIEWS,
)
def ratings_follow(site):
    """A book's `rating` is the mean of its reviews, and follows every change; null without any."""
    book = site.alice.book()
    address = f"books/{book['id']}/"
    first = review(site, site.bob, book, rating=2).expect(201).member("id")
    site.get(address).expect_members(rating=2, reviews_count=1)
    second = review(site, site.alice, book, rating=5).expect(201).member("id")
    site.get(address).expect_members(rating=3.5, reviews_count=2)
    site.bob.put(f"{address}reviews/{first}/", json={"rating": 4, "text": ""}).expect(200)
    site.get(address).expect_members(rating=4.5, reviews_count=2)
    site.bob.delete(f"{address}reviews/{first}/").expect(204)
    site.alice.delete(f"{address}reviews/{second}/").expect(204)
    site.get(address).expect_members(rating=None, reviews_count=0)


@stage.full(
    cause="Whoever is logged in may change every review, the book's owner above all.",
    hint="A review belongs to who wrote it.",
    read=REVIEWS,
)
def reviews_of_others(site):
    """A review is changed by who wrote it or by staff; others, the book's owner too, get 403."""
    book = site.alice.book()
    made = review(site, site.bob, book, rating=1).expect(201).member("id")
    address = f"books/{book['id']}/reviews/{made}/"
    site.alice.patch(address, json={"rating": 5}).expect_refused(403)
    site.alice.delete(address).expect_refused(403)
    site.get(address).expect_members(rating=1, owner=site.bob.id)


@stage.full(
    cause="Reviews have no version.",
    hint="The same ETag and If-Match as for a book.",
    read="RFC 9110, section 13; backend_practice/http/conditional.py",
)
def reviews_stale_if_match(site):
    """A review has an `ETag`; with a stale `If-Match` a change answers 412."""
    book = site.alice.book()
    answer = review(site, site.bob, book).expect(201)
    address = f"books/{book['id']}/reviews/{answer.member('id')}/"
    stale = site.get(address).header("ETag")
    site.get(address, headers={"If-None-Match": stale}).expect(304)
    site.bob.patch(address, json={"text": "other"}, headers={"If-Match": stale}).expect(200)
    site.bob.patch(address, json={"text": "late"}, headers={"If-Match": stale}).expect_refused(412)
    site.bob.delete(address, headers={"If-Match": stale}).expect_refused(412)
    site.get(address).expect_members(text="other")


@stage.full(
    cause="The policy is missing, or allows inline scripts.",
    hint="default-src 'self' and no unsafe-inline for scripts; nosniff; a Referrer-Policy; no "
    "framing.",
    read=HEADERS,
)
def security_headers(site):
    """Every page has a strict Content-Security-Policy and its kin."""
    for path in ("/", "books/", "/hello/"):
        answer = site.get(path, headers={"Accept": "text/html,*/*;q=0.8"}).expect(200)
        policy = answer.header("Content-Security-Policy")
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";") if rule.strip())
        scripts = rules.get("script-src", rules.get("default-src", "*"))
        loose = "unsafe-inline" in scripts or "unsafe-eval" in scripts or "*" in scripts.split()
        answer.expect_that(not loose, "no loose rule for scripts", policy)
        answer.expect_that("frame-ancestors" in rules, "frame-ancestors in the policy", policy)
        answer.expect_header("X-Content-Type-Options", "nosniff").header("Referrer-Policy")


@stage.full(
    cause="Nobody measures.",
    hint="Server-Timing: total;dur=12.3, db;dur=4.5: the browser's tools show it.",
    read="backend_practice/http/middleware/server_timing.py",
)
def server_timing(site):
    """`Server-Timing` says how long an answer took, in milliseconds."""
    told = site.get("books/").expect(200).header("Server-Timing")
    expect(re.search(r"total;.*dur=\d", told) is not None, "Server-Timing: total;dur=…", told)


@stage.full(
    cause="The limit is not there, or counts for logged-in users only.",
    hint="Refuse by Content-Length before reading, whatever the route, logged in or not.",
    read="backend_practice/http/middleware/body_limit.py",
)
def bodies_limited_everywhere(site):
    """A body of more than 1 MiB answers 413 at every route, before who asks is looked at."""
    body = b'{"email": "' + b"a" * (1024 * 1024) + b'"}'
    headers = {"Content-Type": "application/json"}
    for path in ("auth/login/", "books/", "jobs/"):
        site.post(path, content=body, headers=headers, limited=True).expect_refused(413)


@stage.full(
    cause="Query parameters that nobody knows are ignored, so a misspelled filter shows "
    "everything.",
    hint="Refuse unknown parameters, and those that are given twice.",
    read="backend_practice/http/query.py",
)
def unknown_parameters(site):
    """A query parameter that a list does not know answers 400."""
    for path in ("books/?titel=x", "authors/?page=2", "books/?q=a&q=b"):
        site.get(path).expect_refused(400)


@stage.full(
    cause="Figures are open to everybody, or not there.",
    hint="Prometheus' text format, from this machine or with a token.",
    read="backend_practice/metrics.py",
)
def metrics(site):
    """`/metrics` tells figures for Prometheus, to those on the same machine or with the token."""
    shown = (200,) if site.inside else (200, 403)
    answer = site.get("/metrics", headers=site.inside).expect(*shown)
    if answer.status == 200:
        counted = re.search(r"^[a-z_]+(\{[^}]*\})? [0-9.e+]+$", answer.text, re.MULTILINE)
        answer.expect_that(counted, "figures, a line each")


@stage.full(
    cause="X-Forwarded-For is believed, whoever sends it.",
    hint="Believe it from your own proxies alone, by address.",
    read="backend_practice/http/middleware/trusted_proxy.py",
)
def forwarded_headers_are_not_believed(site):
    """What a client says of proxies is not believed: no address of its choice, no other host in
    links.
    """
    headers = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=203.0.113.7",
    }
    answer = site.get("books/?limit=1", headers=headers).expect(200)
    answer.expect_that("evil.example" not in answer.text, "no link to a host that the client named")
    form = site.alice.arrive().log_in_form()
    access = site.post("auth/login/", json=form, headers=headers).expect(200)
    site.alice.take(access)
    rows = site.alice.get("auth/sessions/").expect(200).results()
    [mine] = [row for row in rows if row["current"]]
    expect(mine["address"] != "203.0.113.7", "the address that the server saw", mine["address"])
