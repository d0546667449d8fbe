from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BooksConfig(AppConfig):
    name = "books"

    def ready(self) -> None:
        from books import search_index

        post_migrate.connect(search_index.mend, sender=self, dispatch_uid="books.search_index.mend")
