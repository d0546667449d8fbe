"""The API's addresses, and how a client finds its way through a list."""

BOOKS = "/api/v1/books/"
AUTHORS = "/api/v1/authors/"
GENRES = "/api/v1/genres/"

# Valid ISBNs, none of them twice: nothing but digits that add up.
EMMA_ISBN, DUNE_ISBN = "9780141439587", "9780441013593"


def address_of(book):
    return f"{BOOKS}{book.pk}/"


def reviews_of(book):
    return f"{BOOKS}{book.pk}/reviews/"


def address_of_review(review):
    return f"{BOOKS}{review.book_id}/reviews/{review.pk}/"


def found(client, url, **query):
    """The titles of the books on the first page, in their order."""
    response = client.get(url, query)
    assert response.status_code == 200, response.content
    return [book["title"] for book in response.json()["results"]]


def walk(client, url, towards="next"):
    """Every page from this address on, until there is no link any more."""
    pages = []
    while url:
        response = client.get(url)
        assert response.status_code == 200, response.content
        pages.append(response.json())
        url = pages[-1][towards]
        assert len(pages) < 1000, "a list without an end"
    return pages


def errors_of(response):
    """What a problem says is wrong: (pointer, code) of each error."""
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]
