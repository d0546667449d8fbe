"""GET /authors/ and /authors/{id}/"""

from books.models import Author
from tests.books.api import AUTHORS, walk


def names(pages):
    return [author["name"] for page in pages for author in page["results"]]


def test_authors_come_by_name_accents_and_case_ignored(anonymous, add_book):
    add_book(authors=["Zola", "Émile Ajar", "emile Zola", "Ümit", "Aristotle", "Emile Ajar"])

    pages = walk(anonymous, f"{AUTHORS}?limit=2")

    assert names(pages) == ["Aristotle", "Emile Ajar", "Émile Ajar", "emile Zola", "Ümit", "Zola"]


def test_the_pages_of_authors_lead_back(anonymous, add_book):
    add_book(authors=["A", "B", "C", "a", "b"])

    last = walk(anonymous, f"{AUTHORS}?limit=2")[-1]
    back = [last, *walk(anonymous, last["previous"], towards="previous")]

    assert names(reversed(back)) == ["A", "a", "B", "b", "C"]


def test_an_author_has_an_id_and_a_name(anonymous, book):
    author = Author.objects.get(name="Jane Austen")

    response = anonymous.get(f"{AUTHORS}{author.pk}/")

    assert response.json() == {"id": author.pk, "name": "Jane Austen"}


def test_who_has_the_author_already_is_told_so(anonymous, book):
    url = f"{AUTHORS}{Author.objects.get(name='Jane Austen').pk}/"
    etag = anonymous.get(url)["ETag"]

    assert anonymous.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_another_name_makes_another_etag(anonymous, book):
    author = Author.objects.get(name="Jane Austen")
    etag = anonymous.get(f"{AUTHORS}{author.pk}/")["ETag"]
    Author.objects.filter(pk=author.pk).update(name="A Lady")

    response = anonymous.get(f"{AUTHORS}{author.pk}/", headers={"If-None-Match": etag})

    assert response.status_code == 200


def test_authors_are_not_posted(client_of, alice):
    assert client_of(alice).post(AUTHORS, {"name": "X"}).status_code == 405


def test_a_question_that_authors_do_not_answer_is_refused(anonymous, db):
    assert anonymous.get(AUTHORS, {"q": "austen"}).status_code == 400
