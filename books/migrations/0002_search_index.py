from django.db import migrations

from books import search_index


class Migration(migrations.Migration):
    """The full-text index, in each database's own way."""

    dependencies = [("books", "0001_initial")]

    operations = [migrations.RunPython(search_index.create, search_index.drop)]
