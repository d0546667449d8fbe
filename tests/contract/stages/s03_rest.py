"""Stage 3: books as resources, and what every answer of the API shares."""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from ..answers import expect
from ..checks import Stage
from ..values import isbn10_of

stage = Stage(
    3,
    "REST",
    about="""A book has `id`, `title` (1 to 300), `authors` (names in order, at least one), `isbn`
(ISBN-13 or null), `published_year` (−3000 to next year, or null), `language` (BCP 47 or null),
`genres` (slugs), `description`, `cover` (an upload's id or null), `rating`, `reviews_count`,
`owner`, `created_at`, `updated_at`. A list is `{"next": url or null, "previous": url or null,
"results": […]}`. The API lives below `/api/v1/`; bodies are JSON in UTF-8.""",
    read="books/README.md, books/views/books.py",
)
CURSORS = "backend_practice/http/pagination.py"
ETAGS = "RFC 9110, section 13; backend_practice/http/conditional.py"
KEYS = "backend_practice/http/idempotency.py"
PROBLEMS = "RFC 9457; backend_practice/http/problems.py"
NO_SUCH_IDS = ("0", "999999999999", "no-such-id", "00000000-0000-4000-8000-000000000000")
RULES = "books/serializers.py, books/models.py"


# ---- core: create, read, change, delete ---------------------------------------------


@stage.core(
    cause="There is no route for POST, or the body is not read as JSON.",
    hint="""Answer 201 with the new book, and its address in Location.
Express: app.use(express.json()), then
app.post('/api/v1/books/', (req, res) =>
  res.status(201).location(`/api/v1/books/${book.id}/`).json(book))""",
)
def books_create(site):
    """`POST …/books/` with a title and authors alone answers 201 with `Location`, which leads to
    the book.

    The client did not choose the address, so it has to be told.
    """
    book = site.values.book()
    answer = site.alice.post("books/", json=book).expect(201).expect_type("application/json")
    made = answer.expect_members(**book).member("id")
    site.afterwards(lambda: site.alice.delete(f"books/{made}/"))
    expect(isinstance(made, str | int) and made != "", "an id, a string or a number", repr(made))
    found = site.follow(answer.link("Location")).expect(200, why="for the address in Location")
    found.expect_members(id=made, **book)


@stage.core(
    cause="The book is not kept, or its id in the answer is not the one in its address.",
    hint="Keep what was posted, and look it up by the id of the address.",
)
def books_read(site):
    """`GET …/books/{id}/` answers 200 with the book, also to those who have not logged in."""
    book = site.alice.book()
    answer = site.get(f"books/{book['id']}/").expect(200).expect_type("application/json")
    answer.expect_members(id=book["id"], title=book["title"], authors=book["authors"])


@stage.core(
    cause="The list is sent bare, as a JSON array, or does not hold what was just created.",
    hint="""Wrap the rows: {"next": null, "previous": null, "results": [...]}.
An object can grow, an array can not.""",
)
def books_list(site):
    """`GET …/books/` answers 200 with a list, the new book in it.

    In a long list it may be on a later page: `next` leads there.
    """
    book = site.alice.book()
    answer = site.get("books/?limit=100") if site.settings.slash else site.get("books/")
    answer.expect(200).expect_type("application/json")
    for _ in range(200):
        rows = answer.results()
        if any(row.get("id") == book["id"] for row in rows if isinstance(row, dict)):
            return
        if not (link := answer.object().get("next")):
            break
        answer = site.follow(link).expect(200)
    answer.fail(f"the book {book['id']}, which was just created, on one of the pages")


@stage.core(
    cause="PUT changes only what it is given, or is not there.",
    hint="PUT replaces the whole book; answer 200 with it as it is now.",
)
def books_replace(site):
    """`PUT …/books/{id}/` replaces the book."""
    book, other = site.alice.book(), site.values.book()
    site.alice.put(f"books/{book['id']}/", json=other).expect(200).expect_members(**other)
    site.get(f"books/{book['id']}/").expect(200).expect_members(id=book["id"], **other)


@stage.core(
    cause="PATCH asks for all members, or empties those that it is not given.",
    hint="PATCH changes the members that it is given, and leaves the others as they are.",
    read="RFC 5789; books/services.py",
)
def books_change(site):
    """`PATCH …/books/{id}/` changes what it is given and nothing else."""
    book, title = site.alice.book(), site.values.title()
    site.alice.patch(f"books/{book['id']}/", json={"title": title}).expect(200)
    site.get(f"books/{book['id']}/").expect_members(title=title, authors=book["authors"])


@stage.core(
    cause="The book stays, or 200 is sent with a body.",
    hint="Answer 204 without a body; after that the address is a 404.",
)
def books_delete(site):
    """`DELETE …/books/{id}/` answers 204, and the book is gone."""
    book = site.alice.book()
    address = f"books/{book['id']}/"
    site.alice.delete(address).expect(204).expect_body(b"")
    site.get(address).expect(404, why="for a book that was deleted")
    site.alice.delete(address).expect(404, why="for a book that is not there any more")


@stage.core(
    cause="What comes in is stored without a look at it.",
    hint="Check title and authors before you keep anything, and answer 400 with what is wrong.",
)
def books_invalid(site):
    """An invalid book is refused with 400, and nothing is kept."""
    title, name = site.values.title(), site.values.name()
    wrong = (
        {}, {"title": title}, {"authors": [name]}, {"title": "", "authors": [name]},
        {"title": title, "authors": []}, {"title": 7, "authors": [name]},
        {"title": title, "authors": name}, {"title": None, "authors": [name]},
        {"title": title, "authors": [7]}, [], "a book", 7,
    )  # fmt: skip
    for book in wrong:
        site.alice.post("books/", json=book).expect(400, why=f"for {book!r}")
    kept = site.alice.book()
    site.alice.put(f"books/{kept['id']}/", json={"title": title}).expect(400, why="for no authors")
    site.alice.patch(f"books/{kept['id']}/", json={"authors": []}).expect(400)
    site.get(f"books/{kept['id']}/").expect_members(title=kept["title"], authors=kept["authors"])


@stage.core(
    cause="An id that is not found, or can not even be one, is answered with 200, 400 or 500.",
    hint="Whatever stands where an id stands: if there is no such book, it is a 404.",
)
def books_unknown_id(site):
    """An unknown id answers 404, for every method."""
    for book_id in NO_SUCH_IDS:
        site.get(f"books/{book_id}/").expect(404)
        site.alice.delete(f"books/{book_id}/").expect(404)
        site.alice.patch(f"books/{book_id}/", json={"title": "x"}).expect(404)


@stage.core(
    cause="The parser's error is not caught, and becomes an answer of 500 or a page of HTML.",
    hint="Express: an error handler, app.use((err, req, res, next) => res.status(err.status ?? "
    "500).json(…))",
)
def books_broken_json(site):
    """Broken JSON is refused with 400."""
    for body in (b"{", b'{"title": "a",}', b"", b"\xff\xfe", b'{"title": "a" "authors": []}'):
        headers = {"Content-Type": "application/json"}
        site.alice.post("books/", content=body, headers=headers).expect(
            400, why=f"for the body {body!r}"
        )


@stage.core(
    cause="The body is taken for JSON, or for nothing, whatever the header says.",
    hint="Look at Content-Type before you read: what you do not read is a 415.",
)
def books_wrong_media_type(site):
    """A body of another media type is refused with 415."""
    for media_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        answer = site.alice.post("books/", content=b"title=a", headers={"Content-Type": media_type})
        answer.expect(415, why=f"for {media_type}")


@stage.core(
    cause="A method that no route takes is answered with 404.",
    hint="Where the address is known and the method is not: 405, with the known ones in Allow.",
)
def books_unknown_method(site):
    """A method that an address does not take answers 405 with `Allow`."""
    book = site.alice.book()
    site.alice.delete("books/").expect(405).expect_header("Allow", "POST")
    site.alice.post(f"books/{book['id']}/", json={}).expect(405).expect_header("Allow", "PATCH")


@stage.core(
    cause="One of the two forms is a 404, or a redirect, which turns a POST into a GET.",
    hint="Answer both at once. Express does unless `strict routing` is set; Flask: "
    "strict_slashes=False.",
)
def books_without_slash(site):
    """The form without the trailing slash works as well, with no redirect, for every method."""
    without = site.settings.path_of("books/").rstrip("/")
    url = site.line.origin.url + without
    site.follow(url).expect(200)
    answer = site.alice.follow(url, "POST", json=site.values.book()).expect(201)
    made = answer.member("id")
    site.afterwards(lambda: site.alice.delete(f"books/{made}/"))
    title = site.values.title()
    site.alice.follow(f"{url}/{made}", "PATCH", json={"title": title}).expect(200)
    site.follow(f"{url}/{made}").expect(200).expect_members(title=title)
    site.alice.follow(f"{url}/{made}", "DELETE").expect(204)


# ---- full: a book ---------------------------------------------------------------------


@stage.full(
    cause="A member is missing, or is of another type.",
    hint="A client that meets null knows that there is none; one that meets nothing knows nothing.",
)
def books_members(site):
    """A book has all its members, each of its type."""
    book = site.alice.book()
    answer = site.get(f"books/{book['id']}/").expect(200)
    answer.expect_members(
        isbn=None, published_year=None, language=None, genres=[], description="", cover=None,
        rating=None, reviews_count=0, owner=site.alice.id,
    )  # fmt: skip
    given = {
        "isbn": site.values.isbn13(), "published_year": site.values.year(), "language": "pt-BR",
        "genres": sorted({site.values.slug(), site.values.slug()}), "description": "Ünï\n\ncode 🦉",
    }  # fmt: skip
    site.alice.patch(f"books/{book['id']}/", json=given).expect(200)
    site.get(f"books/{book['id']}/").expect_members(**given)


@stage.full(
    cause="Times lack the zone, or are in local time.",
    hint="2026-01-31T12:00:00Z: RFC 3339, in UTC, with a Z at its end.",
    read="RFC 3339",
)
def books_times(site):
    """Times are RFC 3339 in UTC and end in `Z`; a change moves `updated_at` and not
    `created_at`.
    """
    book = site.alice.book()
    for name in ("created_at", "updated_at"):
        text = str(book.get(name))
        expect(text.endswith("Z"), f"{name} to end in Z", text)
        age = abs((datetime.now(UTC) - datetime.fromisoformat(text)).total_seconds())
        expect(age < 300, f"{name} to be about now", text)
    changed = site.alice.patch(f"books/{book['id']}/", json={"title": site.values.title()}).object()
    expect(changed["created_at"] == book["created_at"], "created_at to stay", changed["created_at"])
    expect(changed["updated_at"] > book["updated_at"], "updated_at to move", changed["updated_at"])


@stage.full(
    cause="Hyphens or an ISBN-10 are stored as they came, or refused.",
    hint="Take the hyphens away, turn ten digits into thirteen, verify the check digit, then "
    "store.",
    read="books/isbn.py",
)
def books_isbn_normalised(site):
    """An ISBN-10 and one with hyphens are accepted, and given out as thirteen digits."""
    first, second = site.values.isbn13(), site.values.isbn13()
    site.alice.book()
    for given, isbn in (
        (isbn10_of(first), first),
        (f"{second[:3]}-{second[3:6]}-{second[6:12]}-{second[12]}", second),
    ):
        expect(site.alice.book(isbn=given)["isbn"] == isbn, f"{given} to be given out as {isbn}")


@stage.full(
    cause="The check digit is not verified, or any text passes for an ISBN.",
    hint="Weights 1 and 3 in turn; the sum is a multiple of ten. It catches a typing mistake.",
    read="books/isbn.py",
)
def books_isbn_checked(site):
    """An ISBN with a wrong check digit is refused with 400, and so is what is none."""
    right = site.values.isbn13()
    mistyped = right[:-1] + str((int(right[-1]) + 1) % 10)
    for isbn in (mistyped, right[:-1], "9" * 13, "not an isbn", "", 9780000000000, [right]):
        answer = site.alice.post("books/", json=site.values.book(isbn=isbn))
        answer.expect_refused(400, pointer="/isbn")


@stage.full(
    cause="Two spellings of one ISBN count as two, or the collision is a 400 or a 500.",
    hint="Compare what you store, after normalising; a UNIQUE constraint, and 409.",
    read=RULES,
)
def books_isbn_unique(site):
    """A second book with the same ISBN is refused with 409, however it is spelled."""
    isbn = site.values.isbn13()
    site.alice.book(isbn=isbn)
    for spelled in (isbn, isbn10_of(isbn)):
        answer = site.alice.post("books/", json=site.values.book(isbn=spelled))
        answer.expect_refused(409, pointer="/isbn")
    other = site.alice.book()
    site.alice.patch(f"books/{other['id']}/", json={"isbn": isbn}).expect(409)


@stage.full(
    cause="A limit is off by one, or not there.",
    hint="Try each limit itself and one beyond it.",
    read=RULES,
)
def books_limits(site):
    """A title has 1 to 300 characters; a year is from −3000 to next year; beyond is a 400."""
    next_year = datetime.now(UTC).year + 1
    for year in (-3000, next_year):
        expect(site.alice.book(published_year=year)["published_year"] == year, f"the year {year}")
    for year in (-3001, next_year + 1, 10**12, 1984.5, "1984a", True):
        book = site.values.book(published_year=year)
        site.alice.post("books/", json=book).expect_refused(400, pointer="/published_year")
    title = "ß" * 300
    expect(site.alice.book(title=title)["title"] == title, "a title of 300 characters")
    book = site.values.book(title=title + "x")
    site.alice.post("books/", json=book).expect_refused(400, pointer="/title")


@stage.full(
    cause="Any text is stored as a language or a genre.",
    hint="BCP 47 for languages, with a library; a slug is lower-case letters, digits and hyphens.",
    read="BCP 47; books/languages.py",
)
def books_language_and_genres_checked(site):
    """`language` is a BCP 47 tag and `genres` are slugs; what is neither is a 400."""
    for language in ("en", "pt-BR", "zh-Hant-TW"):
        expect(
            site.alice.book(language=language)["language"] == language, f"the language {language}"
        )
    for language in ("english!", "e", 7, ""):
        book = site.values.book(language=language)
        site.alice.post("books/", json=book).expect_refused(400, pointer="/language")
    for genres in ("fiction", ["Science Fiction"], [""], ["a", 7], ["a b"]):
        book = site.values.book(genres=genres)
        site.alice.post("books/", json=book).expect_refused(400, pointer="/genres")


@stage.full(
    cause="Read-only members are refused, or believed.",
    hint="Ignore id, owner, rating, reviews_count and the times when they come in.",
)
def books_put_back(site):
    """What `GET` gives can be `PUT` back: read-only members are ignored."""
    book = site.alice.book()
    address = f"books/{book['id']}/"
    shown = site.alice.get(address).object()
    tampered = {**shown, "id": "another", "owner": None, "rating": 5, "reviews_count": 99}
    site.alice.put(address, json=tampered).expect(200)
    untouched = {name: value for name, value in shown.items() if name != "updated_at"}
    site.get(address).expect_members(**untouched)


@stage.full(
    cause="Whoever is logged in may change everything.",
    hint="Compare the owner with who asks, in one place that every change passes through.",
    read="OWASP API1, Broken Object Level Authorization; books/services.py",
)
def books_of_others(site):
    """A book is changed by its owner or by staff; others get 403, and nothing changes."""
    book = site.alice.book()
    address, mine = f"books/{book['id']}/", site.values.book()
    site.bob.put(address, json=mine).expect_refused(403)
    site.bob.patch(address, json={"title": mine["title"]}).expect_refused(403)
    site.bob.delete(address).expect_refused(403)
    site.get(address).expect(200).expect_members(title=book["title"], authors=book["authors"])


# ---- full: search, filters, ordering ---------------------------------------------------


def titles_of(site, query):
    return [row["title"] for row in site.get(f"books/?{query}").expect(200).results()]


@stage.full(
    cause="The search looks for the text as one piece, in the title alone, or is not there.",
    hint="Every word is to occur somewhere in title or authors, in any order.",
    read="books/search.py",
)
def books_search(site):
    """`?q=` finds books by words of title and authors, in any order, and no others."""
    book = site.alice.book()
    site.alice.book()
    words = [*book["title"].split(), *book["authors"][0].split()]
    for asked in (words[0], f"{words[-1]} {words[1]}", " ".join(reversed(words))):
        found = titles_of(site, urlencode({"q": asked}))
        expect(found == [book["title"]], f"?q={asked} to find {book['title']} alone", str(found))
    unknown = urlencode({"q": f"{words[0]} {site.values.word(5)}"})
    expect(titles_of(site, unknown) == [], "nothing, for a word that occurs nowhere")


@stage.full(
    cause="The comparison is case-sensitive, or é is another letter than e.",
    hint="Fold both sides once: decompose, drop the marks, lower the case; search the folded text.",
    read="books/words.py",
)
def books_search_accents(site):
    """`?q=` ignores accents and case."""
    word = site.values.word(4)
    book = site.alice.book(title=f"Çédille {word} Ñandú")
    for asked in (f"cedille {word}", f"ÇÉDILLE {word.upper()} NANDU", f"{word} ñandú"):
        found = titles_of(site, urlencode({"q": asked}))
        expect(found == [book["title"]], f"?q={asked} to find {book['title']}", str(found))


@stage.full(
    cause="Matches come in the order of creation.",
    hint="The whole title first, then titles that begin so, then those that contain it.",
    read="books/search.py",
)
def books_search_best_first(site):
    """The best match of `?q=` comes first: the very title before one that only contains the
    words.
    """
    word, other = site.values.word(4), site.values.word(4)
    exact = site.alice.book(title=f"{word} {other}")
    site.alice.book(title=f"{other} and {site.values.words(4)} {word}")
    found = titles_of(site, urlencode({"q": f"{word} {other}"}))
    expect(
        len(found) == 2 and found[0] == exact["title"], f"{exact['title']} first of two", str(found)
    )


@stage.full(
    cause="The user's text gets into the search engine's own syntax.",
    hint="Quote every word, or strip what the engine takes for an operator.",
)
def books_search_odd_text(site):
    """Any text may be searched for: quotes, operators, nothing at all; a NUL is refused."""
    for text in (
        '"',
        "c++",
        "a-b",
        "' OR 1=1 --",
        "NEAR(a b)",
        "title:x",
        "*",
        "%",
        "\\",
        "🦉",
        " ",
        "-",
    ):
        site.get(f"books/?{urlencode({'q': text})}").expect(200, 400)
    site.get("books/?q=%00").expect(200, 400)
    site.get(f"books/?q={'a' * 5000}").expect(200, 400, 414)


@stage.full(
    cause="A filter is ignored, so everything is shown.",
    hint="Apply each parameter; several together narrow the list.",
    read="books/filters.py",
)
def books_filters(site):
    """`?author=`, `?genre=`, `?language=`, `?published_from=` and `?published_to=` narrow the
    list.
    """
    genre = site.values.slug()
    old = site.alice.book(genres=[genre], language="de", published_year=1501)
    new = site.alice.book(genres=[genre], language="fr", published_year=1999)
    cases = {
        f"genre={genre}": {old["title"], new["title"]},
        f"genre={genre}&language=de": {old["title"]},
        f"genre={genre}&published_from=1999": {new["title"]},
        f"genre={genre}&published_to=1501": {old["title"]},
        f"genre={genre}&published_from=1502&published_to=1998": set(),
        urlencode({"author": new["authors"][0]}): {new["title"]},
        urlencode({"author": new["authors"][0], "genre": genre, "language": "de"}): set(),
    }
    for query, wanted in cases.items():
        found = set(titles_of(site, query))
        expect(found == wanted, f"?{query} to give {sorted(wanted)}", str(sorted(found)))


@stage.full(
    cause="The parameter is ignored, or sorts by the text of numbers, or a page begins anew.",
    hint="Sort in the database, by the column and then by the key, so that ties have an order.",
    read=CURSORS,
)
def books_ordering(site):
    """`?ordering=` sorts by `title`, `published_year`, `created_at` and `rating`, with `-`
    downwards.
    """
    genre = site.values.slug()
    word = site.values.word()
    years = [1999, -50, 1700]
    books = [
        site.alice.book(genres=[genre], published_year=year, title=f"{letter} {word}")
        for year, letter in zip(years, "bca", strict=True)
    ]
    for book, rating in zip(books, (3, 5, 1), strict=True):
        site.bob.post(f"books/{book['id']}/reviews/", json={"rating": rating}).expect(201)
    first, second, third = (book["title"] for book in books)
    orders = {
        "title": [third, first, second],
        "published_year": [second, third, first],
        "created_at": [first, second, third],
        "rating": [third, first, second],
    }
    for name, wanted in orders.items():
        for sign, titles in (("", wanted), ("-", wanted[::-1])):
            query = f"genre={genre}&ordering={sign}{name}&limit=2"
            found = [row["title"] for row in walk(site, f"books/?{query}")]
            expect(found == titles, f"?ordering={sign}{name} to give {titles}", str(found))


@stage.full(
    cause="An unknown value gives everything, or nothing, and the client does not see its mistake.",
    hint="Refuse it with 400 and name the parameter.",
    read="books/filters.py",
)
def books_unknown_filter_value(site):
    """An unknown value of a filter answers 400, not everything."""
    word = site.values.word(6)
    for query in (
        f"genre={word}", f"author={word}", "language=no-such-language-tag", "published_from=soon",
        "published_to=1e3", "ordering=price", "ordering=--title", f"limit={word}",
    ):  # fmt: skip
        name = query.partition("=")[0]
        site.get(f"books/?{query}").expect_refused(400, pointer=f"/{name}")


# ---- full: lists -------------------------------------------------------------------------


def walk(site, address, key="next"):
    """Every row of a list, following its links; at most 60 pages."""
    answer = site.get(address).expect(200)
    rows = answer.results()
    for _ in range(60):
        link = answer.object().get(key)
        if not link:
            return rows
        answer = site.follow(link).expect(200)
        rows += answer.results()
    return rows


@stage.full(
    cause="A page begins one row too late or too early, or the last page has a `next`.",
    hint="Ask for one row more than the page holds: it says whether there is a next page.",
    read=CURSORS,
)
def books_pages(site):
    """Following `next` gives every row once and in order; `previous` leads back the same way."""
    genre = site.values.slug()
    titles = [site.alice.book(genres=[genre])["title"] for _ in range(7)]
    for limit in (1, 3, 7):
        start = f"books/?genre={genre}&ordering=created_at&limit={limit}"
        found = [row["title"] for row in walk(site, start)]
        expect(found == titles, f"limit={limit}: all seven in order", str(found))
    first = site.get(f"books/?genre={genre}&ordering=created_at&limit=3").expect_members(
        previous=None
    )
    second = site.follow(first.member("next"))
    third = site.follow(second.member("next")).expect_members(next=None)
    expect(len(third.results()) == 1, "one row on the third page", str(len(third.results())))
    back = site.follow(third.member("previous")).results()
    expect(back == second.results(), "`previous` of the third page to be the second")
    again = site.follow(site.follow(third.member("previous")).member("previous")).results()
    expect(again == first.results(), "`previous` of the second page to be the first")


@stage.full(
    cause="Pages are counted by offset, so a row that comes or goes shifts all that follow.",
    hint="Begin a page after the last row of the one before (a keyset), not after so many rows.",
    read=CURSORS,
)
def books_pages_while_rows_come_and_go(site):
    """A row that is added or deleted between two pages makes no other appear twice or get lost."""
    genre = site.values.slug()
    books = [site.alice.book(genres=[genre]) for _ in range(6)]
    first = site.get(f"books/?genre={genre}&ordering=-created_at&limit=3").expect(200)
    site.alice.book(genres=[genre])
    site.alice.delete(f"books/{books[5]['id']}/").expect(204)
    rest = site.follow(first.member("next")).results()
    wanted = [book["id"] for book in books[2::-1]]
    expect([row["id"] for row in rest] == wanted, "the same second page as before", str(len(rest)))


@stage.full(
    cause="The limit is not looked at, or cut off in silence.",
    hint="1 to 100, and 20 unless told; everything else is a 400.",
    read=CURSORS,
)
def books_page_size(site):
    """`?limit=` is from 1 to 100; a page has 20 rows unless told; anything else is a 400."""
    genre = site.values.slug()
    for _ in range(21):
        site.alice.book(genres=[genre])
    for query, wanted in (("", 20), ("&limit=1", 1), ("&limit=21", 21), ("&limit=100", 21)):
        rows = site.get(f"books/?genre={genre}{query}").expect(200).results()
        expect(len(rows) == wanted, f"{wanted} rows for {query or 'no limit'}", f"{len(rows)}")
    for limit in ("0", "-1", "101", "1.5", "many", "", "9" * 30, "1&limit=2"):
        site.get(f"books/?limit={limit}").expect_refused(400, pointer="/limit")


@stage.full(
    cause="A cursor is decoded and believed.",
    hint="Sign it, or check every part of it; what you did not give out is a 400.",
    read=CURSORS,
)
def books_forged_cursor(site):
    """A cursor that the server did not give out answers 400."""
    for cursor in ("x", "null", "eyJhIjoxfQ==", "-1", "%00", "../..", "9" * 3000):
        site.get(f"books/?cursor={cursor}").expect_refused(400, pointer="/cursor")


@stage.full(
    cause="The list is counted, or the pages before are read and thrown away.",
    hint="An index over the order, and a condition on it, finds the first row of any page at once.",
    read=CURSORS,
)
def books_lists_count_nothing(site):
    """No list counts its table: it has `next`, `previous` and `results`, and no total."""
    shown = set(site.get("books/").expect(200).object())
    expect(
        shown == {"next", "previous", "results"},
        "just next, previous and results",
        str(sorted(shown)),
    )


# ---- full: concurrency and idempotency -------------------------------------------------------


@stage.full(
    cause="No ETag is sent, or it is weak, or does not change with the book.",
    hint='ETag: "7.3", from id and version; with If-None-Match of the same, 304 and no body.',
    read=ETAGS,
)
def books_etag(site):
    """A book has a strong `ETag`; `If-None-Match` gives 304 until it changes."""
    book = site.alice.book()
    address = f"books/{book['id']}/"
    first = site.get(address).expect(200)
    etag = first.header("ETag")
    first.expect_that(etag.startswith('"'), "a strong ETag, in quotes and without W/", etag)
    for held in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        site.get(address, headers={"If-None-Match": held}).expect(304).expect_body(b"")
    site.alice.patch(address, json={"title": site.values.title()}).expect(200)
    changed = site.get(address, headers={"If-None-Match": etag}).expect(200)
    changed.expect_that(changed.etag != etag, "another ETag after a change", changed.etag)


@stage.full(
    cause="If-Match is not looked at: the last writer wins, and the one before loses their work.",
    hint="Compare If-Match with the current ETag, under the lock in which you change the book.",
    read=ETAGS,
)
def books_stale_if_match(site):
    """`PUT`, `PATCH` and `DELETE` with a stale `If-Match` answer 412 and change nothing."""
    book = site.alice.book()
    address, stale = f"books/{book['id']}/", {"If-Match": book["etag"] or '"none"'}
    title = site.values.title()
    fresh = (
        site.alice.patch(address, json={"title": title}, headers=stale).expect(200).header("ETag")
    )
    site.alice.put(address, json=site.values.book(), headers=stale).expect_refused(412)
    site.alice.patch(address, json={"title": "other"}, headers=stale).expect_refused(412)
    site.alice.delete(address, headers=stale).expect_refused(412)
    site.get(address).expect_members(title=title)
    site.alice.delete(address, headers={"If-Match": fresh}).expect(204)


@stage.full(
    cause="The key is not looked at, and two books are made.",
    hint="Keep the first answer by user and key, in the transaction that makes the book; then "
    "give it again.",
    read=KEYS,
)
def idempotency_replays(site):
    """`POST` with an `Idempotency-Key` again gives the first answer, byte for byte, with
    `Idempotent-Replayed: true`.
    """
    book, key = site.values.book(), {"Idempotency-Key": site.values.letters(24)}
    first = site.alice.post("books/", json=book, headers=key).expect(201)
    site.afterwards(lambda: site.alice.delete(f"books/{first.member('id')}/"))
    first.expect_that("Idempotent-Replayed" not in first.headers, "no Idempotent-Replayed at first")
    again = site.alice.post("books/", json=book, headers=key).expect(201).expect_body(first.body)
    again.expect_header("Idempotent-Replayed", "true")
    again.expect_that(
        again.headers.get("Location") == first.headers.get("Location"), "the same Location"
    )
    found = titles_of(site, urlencode({"q": book["title"]}))
    expect(len(found) == 1, "one book to be there", str(found))


@stage.full(
    cause="The key alone is compared, and the client is told that its other request succeeded.",
    hint="Keep a fingerprint of method, path and body with the key; another one is a 422.",
    read=KEYS,
)
def idempotency_other_body(site):
    """The same key with another body answers 422, and does nothing."""
    key, other = {"Idempotency-Key": site.values.letters(24)}, site.values.book()
    first = site.alice.post("books/", json=site.values.book(), headers=key).expect(201)
    site.afterwards(lambda: site.alice.delete(f"books/{first.member('id')}/"))
    site.alice.post("books/", json=other, headers=key).expect_refused(422)
    expect(titles_of(site, urlencode({"q": other["title"]})) == [], "no second book")


@stage.full(
    cause="Keys are kept for all users together: one sees another's answer, or is refused.",
    hint="The user is part of what a key is looked up by.",
    read=KEYS,
)
def idempotency_by_user(site):
    """A key counts for one user: another may use the same."""
    key = {"Idempotency-Key": site.values.letters(24)}
    for person in (site.alice, site.bob):
        book = site.values.book()
        answer = person.post("books/", json=book, headers=key).expect(201).expect_members(**book)
        made = answer.member("id")
        site.afterwards(lambda person=person, made=made: person.delete(f"books/{made}/"))


@stage.full(
    cause="The key is written down after the work, so two at once both do it.",
    hint="Claim the key first, in a row that only one can insert; the others get 409 or the "
    "answer.",
    read=KEYS,
)
def idempotency_race(site):
    """Of several with one key at once, one takes effect; the others get 409 or its answer."""
    book, key = site.values.book(), {"Idempotency-Key": site.values.letters(24)}
    alice = site.alice.arrive()
    answers = site.at_once(
        *[lambda: alice.post("books/", json=book, headers=key) for _ in range(4)]
    )
    made = {answer.member("id") for answer in answers if answer.expect(201, 409).status == 201}
    for book_id in made:
        site.afterwards(lambda book_id=book_id: alice.delete(f"books/{book_id}/"))
    found = titles_of(site, urlencode({"q": book["title"]}))
    expect(len(found) == 1, "one book to be there", f"{len(found)}")
    expect(len(made) == 1, "one id in all answers", str(made))


@stage.full(
    cause="Any text is taken for a key.",
    hint="1 to 255 visible ASCII characters; anything else is a 400, before the work is done.",
    read=KEYS,
)
def idempotency_keys_checked(site):
    """A key is 1 to 255 visible ASCII characters; another is a 400."""
    for key in ("", "a b", "k" * 256):
        answer = site.alice.post(
            "books/", json=site.values.book(), headers={"Idempotency-Key": key}
        )
        answer.expect_refused(400)


# ---- full: errors, limits, schema ----------------------------------------------------------------


@stage.full(
    cause="Errors come in a form of the framework's own, or as HTML.",
    hint="One handler for all errors, also those of routing and parsing: application/problem+json.",
    read=PROBLEMS,
)
def problems_everywhere(site):
    """Every error of the API is `application/problem+json`, whatever it comes from."""
    headers = {"Content-Type": "application/json"}
    site.get(f"{site.values.word()}/").expect_refused(404)
    site.get("books/no-such-id/").expect_refused(404)
    site.alice.post("books/", content=b"{", headers=headers).expect_refused(400)
    site.alice.post("books/", content=b"x", headers={"Content-Type": "text/plain"}).expect_refused(
        415
    )
    site.alice.delete("books/").expect_refused(405)
    site.post("books/", json={}).expect_refused(401).expect_header("WWW-Authenticate", "Bearer")
    site.get("books/", headers={"Accept": "application/xml"}).expect_refused(406)


@stage.full(
    cause="The error says that something is wrong, and not what.",
    hint='errors: [{"pointer": "/title", "code": "required", "detail": "…"}], one entry a mistake.',
    read=PROBLEMS,
)
def problems_name_the_field(site):
    """Invalid input is answered with every field that is wrong, by JSON Pointer."""
    answer = site.alice.post("books/", json={"authors": [7], "published_year": "x", "genres": 7})
    answer.expect_refused(400, pointer="/title")
    named = {error["pointer"] for error in answer.member("errors")}
    wanted = {"/title", "/authors/0", "/published_year", "/genres"}
    answer.expect_that(wanted <= named, f"errors at {sorted(wanted)}", f"at {sorted(named)}")


@stage.full(
    cause="The body is read to its end whatever its size, and a large one fills the memory.",
    hint="Look at Content-Length first, count while reading, and stop with 413.",
    read="backend_practice/http/middleware/body_limit.py",
)
def bodies_have_a_limit(site):
    """A JSON body of more than 1 MiB answers 413, and says which limit was met."""
    book = site.values.book(description="x" * (1024 * 1024))
    site.alice.post("books/", json=book).expect_refused(413).member("limit")
    fitting = site.values.book(description="x" * 10_001)
    site.alice.post("books/", json=fitting).expect_refused(400, pointer="/description")


@stage.full(
    cause="The parser runs out of stack, and the server answers 500 or dies.",
    hint="Bound the depth before you parse: 64 levels are more than anybody needs.",
)
def bodies_have_a_depth(site):
    """JSON nested deeper than 64 levels answers 400."""
    headers = {"Content-Type": "application/json"}
    for depth in (65, 5000, 200_000):
        # In a member that is read-only, and ignored otherwise.
        deep = '"rating": ' + "[" * depth + "]" * depth
        body = f'{{"title": "deep", "authors": ["a"], {deep}}}'.encode()
        site.alice.post("books/", content=body, headers=headers).expect_refused(400)


@stage.full(
    cause="A value of an unforeseen kind reaches the database.",
    hint="Check the type of everything. NUL, numbers beyond 64 bits, lone surrogates: refuse them.",
)
def books_hostile_values(site):
    """Odd values are refused with 400 and break nothing: NUL, huge numbers, wrong types,
    surrogates.
    """
    title, names = site.values.title(), [site.values.name()]
    huge, deep = 10**400, {"a": {"b": {}}}
    for members in (
        {"title": "a\0b"}, {"title": deep}, {"title": [title]}, {"title": True},
        {"authors": ["a\0b"]},
        {"authors": [None]}, {"authors": [deep]}, {"authors": deep}, {"published_year": huge},
        {"published_year": 1e300}, {"published_year": [1]}, {"cover": "nowhere"}, {"cover": 7},
        {"genres": [deep]}, {"description": 7}, {"description": "a\0b"}, {"language": "a\0"},
        {"isbn": "978\0"}, {"title": "   "}, {"authors": ["  "]}, {"authors": names * 2},
    ):  # fmt: skip
        book = {"title": title, "authors": names, **members}
        site.alice.post("books/", json=book).expect(400, why=f"for {members!r}"[:120])
    headers = {"Content-Type": "application/json"}
    for body in (
        b'{"title": "\\ud800", "authors": ["a"]}',
        b'{"title": NaN}',
        b'{"published_year": 1e999}',
    ):
        site.alice.post("books/", content=body, headers=headers).expect(400, why=f"for {body!r}")


@stage.full(
    cause="What stands where an id stands reaches the database, or the file system.",
    hint="Convert it first; what is no id is not found.",
)
def books_hostile_ids(site):
    """Odd ids answer 404 and break nothing."""
    for book_id in (
        "-1",
        "1e5",
        "9" * 40,
        "0x1",
        "%00",
        "%ff",
        "'",
        "1;drop",
        "..",
        "%2e%2e",
        "%f0%9f%a6%89",
        "1%20",
    ):
        target = site.settings.path_of(f"books/{book_id}/")
        site.line.send_raw("GET", target).expect(404, 400, 301)
    site.get(f"books/{quote('1 or 1=1')}/").expect(404)


@stage.full(
    cause="The id is dropped, or echoed whatever it holds.",
    hint="Echo 8 to 128 of A-Z a-z 0-9 . _ -; make one otherwise; put it into every log line.",
    read="backend_practice/http/middleware/request_id.py",
)
def request_ids(site):
    """`X-Request-ID` is echoed when it is well-formed, else made anew; a problem has it as
    `request_id`.
    """
    mine = f"check-{site.values.letters(12)}"
    site.get("books/", headers={"X-Request-ID": mine}).expect(200).expect_header(
        "X-Request-ID", mine
    )
    problem = site.get("books/no-such-id/", headers={"X-Request-ID": mine})
    problem.expect(404).expect_members(request_id=mine)
    for odd in ("short", "a" * 129, "with space in it", "semi;colon;here", "slash/slash/slash"):
        answer = site.get("books/", headers={"X-Request-ID": odd}).expect(200)
        made = answer.header("X-Request-ID")
        answer.expect_that(made != odd and len(made) >= 8, "an id of the server's own", made)


@stage.full(
    cause="There is no schema, or it is of an older version, or routes are missing in it.",
    hint="Generate it from the code, so that it can not say something else.",
    read="https://spec.openapis.org/oas/v3.1.0",
)
def schema_describes_the_routes(site):
    """`…/schema/` is OpenAPI 3.1 and describes the routes of the API."""
    answer = site.get(
        "schema/", headers={"Accept": "application/json, application/vnd.oai.openapi+json"}
    )
    schema = answer.expect(200).object()
    version = str(schema.get("openapi"))
    answer.expect_that(version.startswith("3.1"), "openapi 3.1", version)
    paths = " ".join(schema.get("paths", {}))
    for route in ("books/", "auth/login/", "uploads/", "jobs/"):
        answer.expect_that(route in paths, f"a route {route} in the schema")
    books = schema["paths"].get(site.settings.path_of("books/"), {})
    answer.expect_that("201" in books["post"]["responses"], "the 201 of POST books/ in the schema")


@stage.full(
    cause="The pages for people are not there, or only for those who log in.",
    hint="Swagger UI reads the schema; a browser that asks for text/html gets pages.",
)
def api_for_people(site):
    """`…/docs/` is Swagger UI, and a browser gets the API as pages."""
    docs = site.get("docs/").expect(200).expect_type("text/html")
    docs.expect_that("swagger" in docs.text.lower(), "Swagger UI")
    page = site.get("books/", headers={"Accept": "text/html,*/*;q=0.8"}).expect(200)
    page.expect_type("text/html")
