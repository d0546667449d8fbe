"""GET /genres/ and /genres/{slug}/"""

from tests.books.api import GENRES, walk


def slugs(pages):
    return [genre["slug"] for page in pages for genre in page["results"]]


def test_genres_come_by_slug(anonymous, add_book):
    add_book(genres=["poetry", "drama", "20th-century", "novels", "comedy"])

    there = walk(anonymous, f"{GENRES}?limit=2")
    back = [there[-1], *walk(anonymous, there[-1]["previous"], towards="previous")]

    expected = ["20th-century", "comedy", "drama", "novels", "poetry"]
    assert slugs(there) == slugs(reversed(back)) == expected


def test_a_genre_is_its_slug(anonymous, add_book):
    add_book(genres=["drama"])

    response = anonymous.get(f"{GENRES}drama/")

    assert response.json() == {"slug": "drama"}
    assert anonymous.get(f"{GENRES}drama").status_code == 200


def test_who_has_the_genre_already_is_told_so(anonymous, add_book):
    add_book(genres=["drama"])
    etag = anonymous.get(f"{GENRES}drama/")["ETag"]

    response = anonymous.get(f"{GENRES}drama/", headers={"If-None-Match": etag})

    assert response.status_code == 304


def test_genres_are_not_posted(client_of, alice):
    assert client_of(alice).post(GENRES, {"slug": "x"}).status_code == 405
