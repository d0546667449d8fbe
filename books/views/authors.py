"""Authors, and the books of one."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.conditional import not_modified, with_etag
from backend_practice.http.pagination import Ordering, PageQuery, each, page_response
from backend_practice.http.query import read_query
from backend_practice.http.schema import page_of
from backend_practice.http.views import ApiView
from books.etags import author_etag
from books.filters import BookQuery
from books.models import Author
from books.selectors import books_by
from books.serializers import AuthorSerializer
from books.views.books import BookPage, page_of_books

AuthorPage = page_of(AuthorSerializer)


class Authors(ApiView):
    """Everybody who wrote a book here, by name."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="authors_list", parameters=[PageQuery], responses=AuthorPage)
    def get(self, request: Request) -> Response:
        return page_response(
            request,
            Author.objects.all(),
            ordering=Ordering("name_key"),
            query=read_query(request, PageQuery),
            represent=each(AuthorSerializer()),
        )


class AuthorDetail(ApiView):
    """One author."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="authors_retrieve", responses=AuthorSerializer)
    def get(self, request: Request, author_id: int) -> Response:
        author = get_object_or_404(Author, pk=author_id)
        etag = author_etag(author)
        response = Response(AuthorSerializer(author).data)
        return not_modified(request, etag) or with_etag(request, response, etag)


class AuthorBooks(ApiView):
    """The books of one author, with all that the catalogue's list can do."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="author_books_list", parameters=[BookQuery], responses=BookPage)
    def get(self, request: Request, author_id: int) -> Response:
        return page_of_books(request, books_by(get_object_or_404(Author, pk=author_id)))
