"""The routes of stages 3 and 7, below `/api/v1/`."""

from django.urls import path, register_converter

from books.converters import IdConverter, IsbnConverter
from books.views.authors import AuthorBooks, AuthorDetail, Authors
from books.views.books import BookByIsbn, BookDetail, Books
from books.views.genres import GenreBooks, GenreDetail, Genres
from books.views.reviews import BookReviews, ReviewDetail

register_converter(IdConverter, "id")
register_converter(IsbnConverter, "isbn")

urlpatterns = [
    path("books/", Books.as_view(), name="books"),
    path("books/<id:book_id>/", BookDetail.as_view(), name="book"),
    path("books/isbn/<isbn:isbn>/", BookByIsbn.as_view(), name="book-by-isbn"),
    path("books/<id:book_id>/reviews/", BookReviews.as_view(), name="reviews"),
    path("books/<id:book_id>/reviews/<id:review_id>/", ReviewDetail.as_view(), name="review"),
    path("authors/", Authors.as_view(), name="authors"),
    path("authors/<id:author_id>/", AuthorDetail.as_view(), name="author"),
    path("authors/<id:author_id>/books/", AuthorBooks.as_view(), name="author-books"),
    path("genres/", Genres.as_view(), name="genres"),
    path("genres/<slug:slug>/", GenreDetail.as_view(), name="genre"),
    path("genres/<slug:slug>/books/", GenreBooks.as_view(), name="genre-books"),
]
