import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Author",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True)),
                ("name_key", models.CharField(default="", editable=False, max_length=200)),
            ],
            options={
                "ordering": ["name_key", "id"],
                "indexes": [models.Index(fields=["name_key", "id"], name="author_by_name")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="author_has_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("name"), 200
                            )
                        ),
                        name="author_name_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Authorship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorships",
                        to="books.author",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Book",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                (
                    "isbn",
                    models.CharField(
                        blank=True, max_length=13, null=True, unique=True, verbose_name="ISBN"
                    ),
                ),
                ("published_year", models.SmallIntegerField(blank=True, null=True)),
                ("language", models.CharField(blank=True, db_index=True, max_length=35, null=True)),
                ("description", models.TextField(blank=True, max_length=10000)),
                ("cover", models.UUIDField(blank=True, null=True, verbose_name="cover (upload)")),
                ("ratings_total", models.PositiveIntegerField(default=0, editable=False)),
                ("reviews_count", models.PositiveIntegerField(default=0, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("title_key", models.CharField(default="", editable=False, max_length=200)),
                ("search_text", models.TextField(default="", editable=False)),
                (
                    "fingerprint",
                    models.CharField(db_index=True, default="", editable=False, max_length=32),
                ),
                (
                    "year_order",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            models.F("published_year"), -3001
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                (
                    "rating_order",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                reviews_count__gt=0,
                                then=django.db.models.expressions.CombinedExpression(
                                    django.db.models.functions.comparison.Cast(
                                        "ratings_total", models.FloatField()
                                    ),
                                    "/",
                                    django.db.models.functions.comparison.Cast(
                                        "reviews_count", models.FloatField()
                                    ),
                                ),
                            ),
                            default=models.Value(0.0),
                            output_field=models.FloatField(),
                        ),
                        output_field=models.FloatField(),
                    ),
                ),
                (
                    "authors",
                    models.ManyToManyField(
                        related_name="books", through="books.Authorship", to="books.author"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="books",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="authorship",
            name="book",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="authorships",
                to="books.book",
            ),
        ),
        migrations.CreateModel(
            name="Genre",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(db_index=False, unique=True)),
            ],
            options={
                "ordering": ["slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug", ""), _negated=True), name="genre_has_slug"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("slug"), 50
                            )
                        ),
                        name="genre_slug_fits",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="book",
            name="genres",
            field=models.ManyToManyField(blank=True, related_name="books", to="books.genre"),
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rating", models.PositiveSmallIntegerField()),
                ("text", models.TextField(blank=True, max_length=10000)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="books.book",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reviews",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="authorship",
            constraint=models.UniqueConstraint(
                fields=("book", "position"), name="authorship_position_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="authorship",
            constraint=models.UniqueConstraint(
                fields=("book", "author"), name="authorship_author_unique"
            ),
        ),
        migrations.AddIndex(
            model_name="book",
            index=models.Index(fields=["created_at", "id"], name="book_by_creation"),
        ),
        migrations.AddIndex(
            model_name="book",
            index=models.Index(fields=["title_key", "id"], name="book_by_title"),
        ),
        migrations.AddIndex(
            model_name="book",
            index=models.Index(fields=["year_order", "id"], name="book_by_year"),
        ),
        migrations.AddIndex(
            model_name="book",
            index=models.Index(fields=["rating_order", "id"], name="book_by_rating"),
        ),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="book_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("title"), 300
                    )
                ),
                name="book_title_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("description"), 10000
                    )
                ),
                name="book_description_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("language"), 35
                    )
                ),
                name="book_language_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("isbn", None),
                    models.Q(
                        django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("isbn"), 13
                        ),
                        ("isbn__gte", "978"),
                        ("isbn__lt", "980"),
                    ),
                    _connector="OR",
                ),
                name="book_isbn_is_13",
            ),
        ),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_year", None),
                    models.Q(("published_year__gte", -3000), ("published_year__lte", 9999)),
                    _connector="OR",
                ),
                name="book_year_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=models.Q(("language", ""), _negated=True), name="book_language_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="book",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ratings_total__gte", models.F("reviews_count")),
                    (
                        "ratings_total__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("reviews_count"), "*", models.Value(5)
                        ),
                    ),
                ),
                name="book_ratings_add_up",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["book", "created_at", "id"], name="review_by_book_creation"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                fields=("book", "owner"), name="review_one_per_reader"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("rating__gte", 1), ("rating__lte", 5)),
                name="review_rating_1_to_5",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("text"), 10000
                    )
                ),
                name="review_text_fits",
            ),
        ),
    ]
