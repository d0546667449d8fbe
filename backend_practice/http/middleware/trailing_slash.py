"""`/api/v1/books` works as `/api/v1/books/` does, with no redirect, for every method."""

from django.http import HttpRequest
from django.urls import is_valid_path

from backend_practice.http.middleware.base import Exchange, Middleware

# The admin redirects, as its relative links need.
LEFT_ALONE = ("/admin", "/static", "/site")


class TrailingSlashMiddleware(Middleware):
    """Adds the slash inside, where only the path with it exists: links then carry it as well.

    A redirect would lose the body of a POST.
    """

    def exchange(self, request: HttpRequest) -> Exchange:
        path = request.path_info
        if not path.endswith("/") and not path.startswith(LEFT_ALONE):
            urlconf = getattr(request, "urlconf", None)
            if not is_valid_path(path, urlconf) and is_valid_path(f"{path}/", urlconf):
                request.path_info, request.path = f"{path}/", f"{request.path}/"
        response = yield
        return response
