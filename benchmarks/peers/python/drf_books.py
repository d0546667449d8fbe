"""Books with Django REST framework as its tutorial goes: `gunicorn drf_books:application`.

Its defaults everywhere: model serializers, generic views, pages by number.
It reads the tables of the site, so both work on the same rows.
"""

import os
from typing import Any, ClassVar
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

where = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY=os.environ["PEER_SECRET"],
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "rest_framework",
        __name__,
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": where.path.lstrip("/"),
            "USER": where.username or "",
            "PASSWORD": where.password or "",
            "HOST": where.hostname or "",
            "PORT": where.port or "",
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "PAGE_SIZE": 20,
    },
)
django.setup()

from django.db import models
from django.http import HttpRequest, JsonResponse
from rest_framework import generics, serializers


class Author(models.Model):
    name = models.CharField(max_length=200)

    class Meta:
        app_label, managed, db_table = __name__, False, "books_author"


class Genre(models.Model):
    slug = models.SlugField()

    class Meta:
        app_label, managed, db_table = __name__, False, "books_genre"


class Book(models.Model):
    title = models.CharField(max_length=300)
    authors = models.ManyToManyField(Author, through="Authorship")
    isbn = models.CharField(max_length=13, null=True)
    published_year = models.SmallIntegerField(null=True)
    language = models.CharField(max_length=35, null=True)
    genres = models.ManyToManyField(Genre, db_table="books_book_genres")
    description = models.TextField()
    cover = models.UUIDField(null=True)
    owner = models.UUIDField(null=True, db_column="owner_id")
    ratings_total = models.PositiveIntegerField()
    reviews_count = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        app_label, managed, db_table = __name__, False, "books_book"
        ordering: ClassVar = ["-created_at", "-id"]

    @property
    def rating(self) -> float | None:
        return round(self.ratings_total / self.reviews_count, 2) if self.reviews_count else None


class Authorship(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()

    class Meta:
        app_label, managed, db_table = __name__, False, "books_authorship"
        ordering: ClassVar = ["position"]


class BookSerializer(serializers.ModelSerializer):
    authors = serializers.SlugRelatedField(many=True, read_only=True, slug_field="name")
    genres = serializers.SlugRelatedField(many=True, read_only=True, slug_field="slug")
    rating = serializers.FloatField(read_only=True)

    class Meta:
        model = Book
        fields: ClassVar = [
            "id", "title", "authors", "isbn", "published_year", "language", "genres",
            "description", "cover", "rating", "reviews_count", "owner", "created_at", "updated_at",
        ]  # fmt: skip


BOOKS = Book.objects.prefetch_related(
    models.Prefetch("authors", Author.objects.order_by("authorship__position")),
    models.Prefetch("genres", Genre.objects.order_by("slug")),
)


class Books(generics.ListAPIView):
    queryset = BOOKS
    serializer_class = BookSerializer


class OneBook(generics.RetrieveAPIView):
    queryset = BOOKS
    serializer_class = BookSerializer


def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


urlpatterns: list[Any] = [
    path("healthz/live", live),
    path("api/v1/books/", Books.as_view()),
    path("api/v1/books/<int:pk>/", OneBook.as_view()),
]
application = get_wsgi_application()
