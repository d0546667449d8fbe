"""What comes in is checked here, and what goes out is shaped here."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend_practice.http.fields import (
    IdField,
    NumberField,
    SlugField,
    StrictSerializer,
    TextField,
)
from books.isbn import normalise_isbn
from books.languages import MAX_LENGTH, normalise_language
from books.models import FIRST_YEAR, Author, Book, Genre, Review


class IsbnField(TextField):
    """An ISBN-13 or ISBN-10, hyphens allowed; given out as thirteen digits."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return normalise_isbn(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="isbn") from error


class LanguageField(TextField):
    """A language tag (BCP 47), given out in its canonical form."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return normalise_language(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="language") from error


class DistinctListField(serializers.ListField):
    """A list in which nothing stands twice."""

    default_error_messages = {
        "not_a_list": "Not a list.",
        "repeated": "{value} stands here more than once.",
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        # Before its members: a body of a megabyte may hold a hundred thousand.
        if isinstance(data, list) and self.max_length and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        values: list[Any] = super().to_internal_value(data)
        for index, value in enumerate(values):
            if value in values[:index]:
                self.fail("repeated", value=value)
        return values


@extend_schema_field({"type": "integer", "minimum": FIRST_YEAR, "maximum": 9999})
class YearField(NumberField):
    """A year, negative for BC; next year's books are announced already, later ones are not."""

    def to_internal_value(self, data: Any) -> int:
        year = super().to_internal_value(data)
        latest = timezone.now().year + 1
        if not FIRST_YEAR <= year <= latest:
            raise serializers.ValidationError(
                f"A year from {FIRST_YEAR} to {latest}.", code="out_of_range"
            )
        return year


class BookSerializer(StrictSerializer):
    """A book."""

    id = serializers.IntegerField(read_only=True)
    title = TextField(max_length=300)
    authors = DistinctListField(
        child=TextField(max_length=200), min_length=1, max_length=100, help_text="Names, in order."
    )
    isbn = IsbnField(
        allow_null=True, default=None, max_length=40, help_text="Given out as ISBN-13."
    )
    published_year = YearField(allow_null=True, default=None)
    language = LanguageField(
        allow_null=True, default=None, max_length=MAX_LENGTH, help_text="BCP 47, like en or pt-BR."
    )
    genres = DistinctListField(child=SlugField(max_length=50), max_length=20, default=list)
    description = TextField(multiline=True, allow_blank=True, max_length=10_000, default="")
    cover = IdField(allow_null=True, default=None, help_text="An upload's id.")
    rating = serializers.FloatField(
        read_only=True, allow_null=True, help_text="The mean of its reviews."
    )
    reviews_count = serializers.IntegerField(read_only=True)
    owner = serializers.UUIDField(read_only=True, allow_null=True, help_text="A user's id.")
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def to_representation(self, instance: Book) -> dict[str, Any]:
        """Written out, because DRF's field by field takes several times as long."""
        return {
            "id": instance.pk,
            "title": instance.title,
            "authors": instance.author_names,
            "isbn": instance.isbn,
            "published_year": instance.published_year,
            "language": instance.language,
            "genres": instance.genre_slugs,
            "description": instance.description,
            "cover": instance.cover,
            "rating": instance.rating,
            "reviews_count": instance.reviews_count,
            "owner": instance.owner_id,
            "created_at": instance.created_at,
            "updated_at": instance.updated_at,
        }


class ReviewSerializer(StrictSerializer):
    """What one reader thinks of one book."""

    id = serializers.IntegerField(read_only=True)
    book = serializers.IntegerField(read_only=True, help_text="The book's id.")
    rating = NumberField(min_value=1, max_value=5)
    text = TextField(multiline=True, allow_blank=True, max_length=10_000, default="")
    owner = serializers.UUIDField(read_only=True, allow_null=True, help_text="A user's id.")
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def to_representation(self, instance: Review) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "book": instance.book_id,
            "rating": instance.rating,
            "text": instance.text,
            "owner": instance.owner_id,
            "created_at": instance.created_at,
            "updated_at": instance.updated_at,
        }


class AuthorSerializer(serializers.Serializer[Author]):
    """Somebody who wrote a book."""

    id = serializers.IntegerField()
    name = serializers.CharField()

    def to_representation(self, instance: Author) -> dict[str, Any]:
        return {"id": instance.pk, "name": instance.name}


class GenreSerializer(serializers.Serializer[Genre]):
    """A kind of book."""

    slug = serializers.CharField()

    def to_representation(self, instance: Genre) -> dict[str, Any]:
        return {"slug": instance.slug}
