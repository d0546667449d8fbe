"""Books, who wrote them, what kind they are, and what readers say.

Each rule that a database can hold is a constraint in it.
"""

import hashlib
from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Coalesce, Length
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.functional import cached_property

from backend_practice.constraints import at_most
from books.words import sort_key, words_of

FIRST_YEAR, LAST_YEAR = -3000, 9999
UNKNOWN_YEAR = FIRST_YEAR - 1

User = AbstractBaseUser | AnonymousUser


def may_change(user: User, owner_id: object) -> bool:
    """What somebody owns is theirs to change, and staff's."""
    return getattr(user, "is_staff", False) or (owner_id is not None and user.pk == owner_id)


class Author(models.Model):
    """A name on a title page; two spellings are two authors."""

    name = models.CharField(max_length=200, unique=True)
    name_key = models.CharField(max_length=200, editable=False, default="")

    class Meta:
        ordering: ClassVar = ["name_key", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="author_has_name"),
            at_most(200, "name", "author_name_fits"),
        ]
        indexes: ClassVar = [models.Index(fields=("name_key", "id"), name="author_by_name")]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Bring `name_key` up to date with the name."""
        self.name_key = sort_key(self.name)


class Genre(models.Model):
    """A kind of book, known by its slug."""

    slug = models.SlugField(max_length=50, unique=True, db_index=False)

    class Meta:
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(slug=""), name="genre_has_slug"),
            at_most(50, "slug", "genre_slug_fits"),
        ]

    def __str__(self) -> str:
        return self.slug


class BookQuerySet(models.QuerySet["Book"]):
    """The questions that are asked of books."""

    def with_people(self) -> Self:
        """With authors in order and genres as rows, for the admin, which has no say in the reading.

        Whoever has the books at hand takes `selectors.read_names`, at a fraction of the cost.
        """
        authorships = Authorship.objects.select_related("author").order_by("position")
        return self.prefetch_related(models.Prefetch("authorships", authorships), "genres")

    def by_author_named(self, name: str) -> Self:
        """Books with an author of this name, accents and case ignored."""
        written = Authorship.objects.filter(author__name_key=sort_key(name))
        return self.filter(pk__in=written.values("book_id"))

    def by_author(self, author_id: int) -> Self:
        return self.filter(authorships__author_id=author_id)

    def of_genre(self, slug: str) -> Self:
        return self.filter(genres__slug=slug)

    def in_language(self, tag: str) -> Self:
        """Books in this language or a variety of it: `en` finds `en-US` (RFC 4647, 3.3.1)."""
        return self.filter(Q(language=tag) | Q(language__startswith=f"{tag}-"))

    def published_between(self, first: int, last: int) -> Self:
        """Books of these years and those between; asked of the column that has an index."""
        return self.filter(year_order__gte=max(first, FIRST_YEAR), year_order__lte=last)


class Book(models.Model):
    """A book of the catalogue.

    `title_key`, `search_text` and `fingerprint` follow from title and authors,
    see `derive`; `year_order` and `rating_order` stand for values that may be
    missing, so that lists can be ordered by them with an index.
    """

    title = models.CharField(max_length=300)
    authors = models.ManyToManyField(Author, through="Authorship", related_name="books")
    isbn = models.CharField("ISBN", max_length=13, unique=True, null=True, blank=True)
    published_year = models.SmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=35, null=True, blank=True, db_index=True)
    genres = models.ManyToManyField(Genre, related_name="books", blank=True)
    description = models.TextField(max_length=10_000, blank=True)
    cover = models.UUIDField("cover (upload)", null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="books",
    )
    ratings_total = models.PositiveIntegerField(default=0, editable=False)
    reviews_count = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    title_key = models.CharField(max_length=200, default="", editable=False)
    search_text = models.TextField(default="", editable=False)
    fingerprint = models.CharField(max_length=32, default="", editable=False, db_index=True)
    year_order = models.GeneratedField(
        expression=Coalesce(F("published_year"), UNKNOWN_YEAR),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    rating_order = models.GeneratedField(
        expression=models.Case(
            models.When(
                reviews_count__gt=0,
                then=Cast("ratings_total", models.FloatField())
                / Cast("reviews_count", models.FloatField()),
            ),
            default=models.Value(0.0),
            output_field=models.FloatField(),
        ),
        output_field=models.FloatField(),
        db_persist=True,
    )

    objects = BookQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="book_has_title"),
            at_most(300, "title", "book_title_fits"),
            at_most(10_000, "description", "book_description_fits"),
            at_most(35, "language", "book_language_fits"),
            models.CheckConstraint(
                condition=Q(isbn=None)
                | Q(Exact(Length("isbn"), 13), isbn__gte="978", isbn__lt="980"),
                name="book_isbn_is_13",
            ),
            models.CheckConstraint(
                condition=Q(published_year=None)
                | Q(published_year__gte=FIRST_YEAR, published_year__lte=LAST_YEAR),
                name="book_year_in_range",
            ),
            models.CheckConstraint(condition=~Q(language=""), name="book_language_not_empty"),
            models.CheckConstraint(
                condition=Q(
                    ratings_total__gte=F("reviews_count"), ratings_total__lte=F("reviews_count") * 5
                ),
                name="book_ratings_add_up",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("created_at", "id"), name="book_by_creation"),
            models.Index(fields=("title_key", "id"), name="book_by_title"),
            models.Index(fields=("year_order", "id"), name="book_by_year"),
            models.Index(fields=("rating_order", "id"), name="book_by_rating"),
            models.Index(fields=("cover",), name="book_by_cover", condition=~Q(cover=None)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def rating(self) -> float | None:
        """The mean of its reviews to two places, None without any."""
        return round(self.ratings_total / self.reviews_count, 2) if self.reviews_count else None

    @cached_property
    def author_names(self) -> list[str]:
        """In the order of the title page; no query of its own after `read_names`."""
        return [authorship.author.name for authorship in self.authorships.all()]

    @cached_property
    def genre_slugs(self) -> list[str]:
        """Sorted; no query of its own after `read_names`."""
        return sorted(genre.slug for genre in self.genres.all())

    def derive(self, author_names: Iterable[str]) -> None:
        """Bring what follows from title and authors up to date; saves nothing."""
        names = list(author_names)
        self.title_key = sort_key(self.title)
        self.search_text = " ".join(words_of(" ".join((self.title, *names))))
        self.fingerprint = fingerprint_of(self.title, names)


def fingerprint_of(title: str, author_names: Iterable[str]) -> str:
    """A short hash of title and authors, to find a book that is there already."""
    text = "\x1f".join((title, *author_names))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class Authorship(models.Model):
    """That somebody wrote a book, and where their name stands among its authors."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="authorships")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="authorships")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("book", "position"), name="authorship_position_unique"),
            models.UniqueConstraint(fields=("book", "author"), name="authorship_author_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.author} ({self.position + 1})"


class Review(models.Model):
    """What one reader thinks of one book."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="reviews")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="reviews"
    )
    rating = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=10_000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("book", "owner"), name="review_one_per_reader"),
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5), name="review_rating_1_to_5"
            ),
            at_most(10_000, "text", "review_text_fits"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("book", "created_at", "id"), name="review_by_book_creation"),
        ]

    def __str__(self) -> str:
        return f"{self.rating} of 5"
