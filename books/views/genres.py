"""Genres, and the books of one."""

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
from books.etags import genre_etag
from books.filters import BookQuery
from books.models import Genre
from books.selectors import books_of_genre
from books.serializers import GenreSerializer
from books.views.books import BookPage, page_of_books

GenrePage = page_of(GenreSerializer)


class Genres(ApiView):
    """The kinds of books that there are."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="genres_list", parameters=[PageQuery], responses=GenrePage)
    def get(self, request: Request) -> Response:
        return page_response(
            request,
            Genre.objects.all(),
            ordering=Ordering("slug"),
            query=read_query(request, PageQuery),
            represent=each(GenreSerializer()),
        )


class GenreDetail(ApiView):
    """One kind of book."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="genres_retrieve", responses=GenreSerializer)
    def get(self, request: Request, slug: str) -> Response:
        genre = get_object_or_404(Genre, slug=slug)
        etag = genre_etag(genre)
        response = Response(GenreSerializer(genre).data)
        return not_modified(request, etag) or with_etag(request, response, etag)


class GenreBooks(ApiView):
    """The books of one kind, with all that the catalogue's list can do."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="genre_books_list", parameters=[BookQuery], responses=BookPage)
    def get(self, request: Request, slug: str) -> Response:
        return page_of_books(request, books_of_genre(get_object_or_404(Genre, slug=slug)))
