"""Every address of the site: pages and files outside, the API below `/api/v1/`.

Apps are named by string, as `backend_practice.registry` lists them.
"""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from backend_practice import health
from backend_practice.http.schema_view import SchemaView
from backend_practice.metrics import metrics
from backend_practice.registry import SERVICES
from backend_practice.services import internal
from backend_practice.services.addresses import is_split
from backend_practice.services.one_schema import WholeSchemaView
from backend_practice.services.overview import Services


def routes_of(module: str) -> list[URLPattern | URLResolver]:
    """What each installed app gives in its `urls` (pages) or `api_urls` (below the prefix)."""
    names = [f"{app}.{module}" for app in SERVICES[settings.SERVICE].apps]
    return [path("", include(name)) for name in names if find_spec(name)]


schema_view = WholeSchemaView if settings.SERVICE == "web" else SchemaView

api = [
    path("schema/", schema_view.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("auth/session/", include("rest_framework.urls")),
    *routes_of("api_urls"),
]
if settings.SERVICE in ("all", "web"):
    api.append(path("services/", Services.as_view(), name="services"))

urlpatterns = [
    path(settings.API_PREFIX.lstrip("/"), include(api)),
    path("admin/", admin.site.urls),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    *routes_of("urls"),
]
if is_split():
    urlpatterns.append(path("internal/", include(internal.routes())))
