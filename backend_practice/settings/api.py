"""How Django REST framework and the OpenAPI schema are set up: closed by default."""

from typing import Any

from backend_practice import __version__

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["backend_practice.http.throttling.UserThrottle"],
    "DEFAULT_PARSER_CLASSES": ["backend_practice.http.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "backend_practice.http.renderers.JSONRenderer",
        "backend_practice.http.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_SCHEMA_CLASS": "backend_practice.http.schema.ProblemAwareSchema",
    "EXCEPTION_HANDLER": "backend_practice.http.problems.exception_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": "format",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Back End Practice",
    "DESCRIPTION": "Ten stages of back-end work in one site. Every error is a problem (RFC 9457).",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,  # read-only members may come back, and are ignored
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "displayRequestDuration": True,
        "validatorUrl": None,  # or the page asks another host about this one
    },
}
