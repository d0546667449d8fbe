"""The site as an ASGI application, for `runserver` and for uvicorn."""

import os

from django.utils.module_loading import import_string

from backend_practice import observing
from backend_practice.environment import load_dotenv_file
from backend_practice.front import Front
from backend_practice.http.handlers import asgi_application, wsgi_application

load_dotenv_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend_practice.settings")


def build() -> Front:
    """The front door, set up as the settings say, and what runs beside it."""
    observing.start()  # before the middleware is loaded
    asgi = asgi_application()  # loads the settings and the apps
    from django.conf import settings

    from backend_practice.sockets import socket_application

    for name in settings.BESIDE_REQUESTS:
        import_string(name)()
    return Front(
        wsgi=wsgi_application(),
        asgi=asgi,  # type: ignore[arg-type]
        websocket=socket_application(),
        async_paths=settings.ASYNC_PATHS,
        threads=settings.HTTP_THREADS,
        max_body=settings.MAX_BODY_BYTES,
        streamed_paths=settings.STREAMED_PATHS,
        stream_threads=settings.UPLOAD_THREADS,
        max_streamed_body=settings.MAX_UPLOAD_BYTES + settings.MULTIPART_OVERHEAD,
    )


application = build()
