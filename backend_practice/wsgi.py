"""The site as a WSGI application: all of it but WebSockets and event streams."""

import os

from backend_practice.environment import load_dotenv_file
from backend_practice.http.handlers import wsgi_application

load_dotenv_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend_practice.settings")

application = wsgi_application()
