"""The catalogue in the admin: search as the API searches, reviews beside their book.

What follows from title, authors and reviews is brought up to date after each
change here, as the services do it for the API.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from backend_practice.http.admin import BoundedPaginator
from books.facts import tell_created, tell_deleted, tell_updated
from books.isbn import normalise_isbn
from books.languages import normalise_language
from books.models import FIRST_YEAR, Author, Authorship, Book, BookQuerySet, Genre, Review
from books.search import search
from books.services import recount_ratings, refresh_derived


class BookForm(forms.ModelForm):
    """Holds what is typed to the rules that the API has."""

    class Meta:
        model = Book
        fields = (
            *("title", "isbn", "published_year", "language"),
            *("genres", "description", "cover", "owner"),
        )

    def clean_isbn(self) -> str | None:
        return self._normalised("isbn", normalise_isbn)

    def clean_language(self) -> str | None:
        return self._normalised("language", normalise_language)

    def clean_published_year(self) -> int | None:
        year: int | None = self.cleaned_data["published_year"]
        latest = timezone.now().year + 1
        if year is not None and not FIRST_YEAR <= year <= latest:
            raise forms.ValidationError(f"A year from {FIRST_YEAR} to {latest}.")
        return year

    def _normalised(self, field: str, normalise: Any) -> str | None:
        text = self.cleaned_data[field]
        if not text:
            return None
        try:
            return str(normalise(text))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class AuthorshipInline(admin.TabularInline):
    """Who wrote it, in the order of `position`."""

    model = Authorship
    autocomplete_fields = ("author",)
    extra = 0
    min_num = 1


class ReviewInline(admin.TabularInline):
    """What readers think; the book's rating follows."""

    model = Review
    fields = ("owner", "rating", "text", "created_at")
    readonly_fields = ("created_at",)
    autocomplete_fields = ("owner",)
    extra = 0


class ReviewedFilter(admin.SimpleListFilter):
    """Books with reviews, or without."""

    title, parameter_name = "reviews", "reviewed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "With reviews"), ("no", "Without")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Book]) -> QuerySet[Book]:
        wanted = {"yes": {"rating_order__gt": 0}, "no": {"rating_order": 0}}
        return queryset.filter(**wanted.get(self.value() or "", {}))


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    """Books, newest first."""

    form = BookForm
    inlines = (AuthorshipInline, ReviewInline)
    list_display = ("title", "by", "published_year", "language", "stars", "reviews_count", "owner")
    list_filter = (ReviewedFilter, "genres")
    list_per_page = 50
    search_fields = ("title",)  # shows the box; `get_search_results` does the search
    search_help_text = "Words of title and authors; har* for a beginning."
    autocomplete_fields = ("genres", "owner")
    date_hierarchy = None
    paginator = BoundedPaginator
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> BookQuerySet:
        return Book.objects.with_people().select_related("owner")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Book], search_term: str
    ) -> tuple[QuerySet[Book], bool]:
        if search_term.strip():
            return search(queryset, search_term), False  # type: ignore[arg-type]
        return queryset, False

    @admin.display(description="by")
    def by(self, book: Book) -> str:
        return ", ".join(book.author_names[:3]) + (" …" if len(book.author_names) > 3 else "")

    @admin.display(description="rating", ordering="rating_order")
    def stars(self, book: Book) -> str:
        return "–" if book.rating is None else f"{book.rating:.2f}"

    def save_model(self, request: HttpRequest, obj: Book, form: Any, change: bool) -> None:
        obj.version += 1
        obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh_derived(Book.objects.with_people().filter(pk=form.instance.pk))
        recount_ratings([form.instance.pk])
        book = Book.objects.with_people().get(pk=form.instance.pk)
        tell = tell_updated if change else tell_created
        with transaction.atomic():
            tell(book, book.author_names)

    def delete_model(self, request: HttpRequest, obj: Book) -> None:
        book_id = obj.pk
        with transaction.atomic():
            super().delete_model(request, obj)
            tell_deleted([book_id])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Book]) -> None:
        with transaction.atomic():
            book_ids = list(queryset.values_list("pk", flat=True))
            super().delete_queryset(request, queryset)
            tell_deleted(book_ids)


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    """Authors; a new name reaches the search text of their books."""

    list_display = ("name",)
    search_fields = ("name", "name_key")
    paginator = BoundedPaginator
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Author, form: Any, change: bool) -> None:
        obj.derive()
        super().save_model(request, obj, form, change)
        refresh_derived(Book.objects.with_people().by_author(obj.pk))


@admin.register(Genre)
class GenreAdmin(admin.ModelAdmin):
    """Genres; the slug is all there is of one."""

    search_fields = ("slug",)


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    """Reviews, newest first; changing one brings its book's rating up to date."""

    list_display = ("book", "owner", "rating", "created_at")
    list_filter = ("rating",)
    list_select_related = ("book", "owner")
    search_fields = ("text", "owner__email")
    autocomplete_fields = ("owner",)
    raw_id_fields = ("book",)
    paginator = BoundedPaginator
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Review, form: Any, change: bool) -> None:
        before = form.initial.get("book")
        obj.version += 1
        obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)
        recount_ratings({obj.book_id, before} - {None})

    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        book_id = obj.book_id
        super().delete_model(request, obj)
        recount_ratings([book_id])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        book_ids = set(queryset.values_list("book_id", flat=True))
        super().delete_queryset(request, queryset)
        recount_ratings(book_ids)
