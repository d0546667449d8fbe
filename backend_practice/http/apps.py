from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from backend_practice.http.context import count_query


def count_queries_of(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """A connection that opens again keeps its wrappers, so it is asked first."""
    if count_query not in connection.execute_wrappers:
        # First: a wrapper that is on for a while is taken off again at the end of the list.
        connection.execute_wrappers.insert(0, count_query)


class HttpConfig(AppConfig):
    name = "backend_practice.http"
    label = "http"
    verbose_name = "HTTP"

    def ready(self) -> None:
        connection_created.connect(count_queries_of, dispatch_uid="http.count_queries")
