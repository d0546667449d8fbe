"""Books: the list, one book, a book by its ISBN."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.conditional import not_modified, precondition, with_etag
from backend_practice.http.pagination import each, page_response
from backend_practice.http.query import read_query
from backend_practice.http.schema import page_of
from backend_practice.http.views import ApiView
from books import services
from books.etags import book_etag
from books.filters import BookQuery, filtered, ordering_of
from books.models import Book, BookQuerySet
from books.selectors import all_books, found_book, read_names
from books.serializers import BookSerializer

BookPage = page_of(BookSerializer)


def page_of_books(request: Request, books: BookQuerySet) -> Response:
    """A page of those among these books that the query asks for."""
    query = read_query(request, BookQuery)
    return page_response(
        request,
        filtered(books, query),
        ordering=ordering_of(query),
        query=query,
        represent=shown,
    )


def shown(books: Sequence[Book]) -> list[Any]:
    """These books as clients see them."""
    read_names(books)
    return each(BookSerializer())(books)


def book_response(request: Request, book: Book, **options: Any) -> Response:
    """One book with its ETag."""
    return with_etag(request, Response(BookSerializer(book).data, **options), book_etag(book))


class Books(ApiView):
    """The catalogue: search it, filter it, order it; add to it when logged in."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="books_list", parameters=[BookQuery], responses=BookPage)
    def get(self, request: Request) -> Response:
        return page_of_books(request, all_books())

    @extend_schema(request=BookSerializer, responses={201: BookSerializer})
    def post(self, request: Request) -> Response:
        serializer = BookSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        book = services.create_book(owner=request.user, **serializer.validated_data)
        location = request.build_absolute_uri(reverse("book", args=[book.pk]))
        headers = {"Location": location}
        return book_response(request, book, status=status.HTTP_201_CREATED, headers=headers)


class BookDetail(ApiView):
    """One book. Its owner and staff may change it."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(responses=BookSerializer)
    def get(self, request: Request, book_id: int) -> Response:
        unchanged = not_modified_book(request, book_id)
        return unchanged or book_response(request, found_book(pk=book_id))

    @extend_schema(request=BookSerializer, responses=BookSerializer)
    def put(self, request: Request, book_id: int) -> Response:
        return self._change(request, book_id, partial=False)

    @extend_schema(request=BookSerializer(partial=True), responses=BookSerializer)
    def patch(self, request: Request, book_id: int) -> Response:
        return self._change(request, book_id, partial=True)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, book_id: int) -> Response:
        services.delete_book(book_id, by=request.user, precondition=precondition(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _change(self, request: Request, book_id: int, *, partial: bool) -> Response:
        serializer = BookSerializer(data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        book = services.change_book(
            book_id,
            by=request.user,
            precondition=precondition(request),
            changes=serializer.validated_data,
        )
        return book_response(request, book)


class BookByIsbn(ApiView):
    """The book with this ISBN; its own address comes as `Content-Location`."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(responses=BookSerializer)
    def get(self, request: Request, isbn: str) -> Response:
        book = found_book(isbn=isbn)
        response = not_modified(request, book_etag(book)) or book_response(request, book)
        response["Content-Location"] = reverse("book", args=[book.pk])
        return response


def not_modified_book(request: Request, book_id: int) -> Response | None:
    """The 304 that a short query is enough for; None for a request without conditions."""
    if not {"If-None-Match", "If-Match"} & set(request.headers):
        return None
    book = get_object_or_404(Book.objects.only("pk", "version", "owner_id"), pk=book_id)
    return not_modified(request, book_etag(book))
