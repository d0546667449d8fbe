"""Settings, all of them from environment variables; `.env.example` lists every one.

With nothing set the site runs embedded: one process, SQLite, nothing to install.
`ENVIRONMENT=production` refuses to start without its secrets.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from backend_practice.cores import cores
from backend_practice.environment import BASE_DIR, Environment
from backend_practice.registry import PARTS, SERVICES
from backend_practice.settings.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS
from backend_practice.settings.background import (
    BROKERS,
    CELERY_SETTINGS,
    EMBEDDED,
    run_beside_requests,
    run_beside_workers,
    transport_options,
)
from backend_practice.settings.databases import database
from backend_practice.settings.files import KNOWN_TYPES, uploads_storage
from backend_practice.settings.layers import channel_layer
from backend_practice.settings.logs import logging_configuration
from backend_practice.settings.mail import mail_settings
from backend_practice.settings.storage import kept_secret, writable_directory

__all__ = ["BASE_DIR", "REST_FRAMEWORK", "SPECTACULAR_SETTINGS"]

env = Environment()

# ---- What this process is ---------------------------------------------------

PRODUCTION = env.choice("ENVIRONMENT", ("embedded", "production"), "embedded") == "production"
SERVICE = env.choice("BACKEND_PRACTICE_SERVICE", tuple(SERVICES), "all")
if PRODUCTION:
    env.require("ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", secrets=("SECRET_KEY",))

DEBUG = env.boolean("DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("DEBUG: shows everybody the site's inside, so not in production.")
DATA_DIR = writable_directory(env.text("DATA_DIR", str(BASE_DIR / "var")), "DATA_DIR")
SECRET_KEY = env.secret("SECRET_KEY") or kept_secret(DATA_DIR / "secret_key", get_random_secret_key)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
SITE_URL = env.url("SITE_URL", ("http", "https"), default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
# Where the services of a site that is split find each other.
SERVICE_URL = env.url("SERVICE_URL", ("http", "https"), default="http://127.0.0.1:{port}")
SERVICES_PORT = env.integer("SERVICES_PORT", 8100, minimum=1, maximum=65_500)
SERVICE_KEY = env.secret("SERVICE_KEY")
if SERVICE in PARTS:
    ALLOWED_HOSTS.append(urlsplit(SERVICE_URL.replace("{name}", SERVICE)).hostname or SERVICE)
if SERVICE in PARTS and SERVICE != "accounts":
    # Cookies of its own: it would end the session at accounts, which it does not know.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"sessionid-{SERVICE}", f"csrftoken-{SERVICE}"

# ---- Apps and routes --------------------------------------------------------

INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",  # before staticfiles: files go out as in production
    "backend_practice",  # before daphne: its runserver prepares the static files first
    "daphne",
    *SERVICES[SERVICE].installed,  # before the packages whose templates they replace
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "backend_practice.http",
]
ROOT_URLCONF = "backend_practice.urls"
WSGI_APPLICATION = "backend_practice.wsgi.application"
ASGI_APPLICATION = "backend_practice.asgi.application"
API_PREFIX = "/api/v1/"
APPEND_SLASH = True  # for the admin; the API answers either form without a redirect

# Processes that `manage.py serve` keeps, and for how long they go on after they were told to stop.
WEB_CONCURRENCY = env.integer("WEB_CONCURRENCY", cores(), minimum=1, maximum=256)
DRAIN_SECONDS = env.integer("DRAIN_SECONDS", 2, maximum=300)
# Threads that answer plain HTTP in one process, and paths that stay on the event loop.
HTTP_THREADS = env.integer("HTTP_THREADS", 8, minimum=1, maximum=256)
ASYNC_PATHS = [r"/api/v1/jobs/[^/]+/events/?$"]
# Files come and go here, part by part, in threads of their own.
STREAMED_PATHS = [
    rf"{API_PREFIX}uploads/?$",
    rf"{API_PREFIX}uploads/tus(/|$)",
    rf"{API_PREFIX}uploads/[^/]+/(content|thumbnails)(/|$)",
    r"/internal/uploads/",
]
UPLOAD_THREADS = env.integer("UPLOAD_THREADS", 24, minimum=1, maximum=256)

MIDDLEWARE = [
    "backend_practice.http.middleware.trusted_proxy.TrustedProxyMiddleware",
    "backend_practice.http.middleware.request_id.RequestIdMiddleware",
    "backend_practice.http.middleware.trace_context.TraceContextMiddleware",
    "backend_practice.http.middleware.access_log.AccessLogMiddleware",
    "backend_practice.http.middleware.server_timing.ServerTimingMiddleware",
    "backend_practice.http.middleware.security_headers.SecurityHeadersMiddleware",
    "backend_practice.http.middleware.problem_details.ProblemDetailsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "backend_practice.http.middleware.static_files.StaticFilesMiddleware",
    "backend_practice.http.middleware.trailing_slash.TrailingSlashMiddleware",
    "backend_practice.http.middleware.rate_limit.RateLimitMiddleware",
    "backend_practice.http.middleware.body_limit.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backend_practice.http.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "backend_practice.http.middleware.idempotency.IdempotencyMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# ---- Data -------------------------------------------------------------------

DATABASES = {
    "default": database(
        env.url(
            "DATABASE_URL",
            ("postgres", "postgresql", "sqlite"),
            default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}",
        ),
        password=env.secret("DATABASE_PASSWORD"),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.url("REDIS_URL", ("redis", "rediss", "unix"))

# ---- Events and jobs ---------------------------------------------------------

# Events cross processes over RabbitMQ; without it they stay in the database that they are in.
BROKER_URL = env.url("BROKER_URL", ("amqp", "amqps"))
EVENTS_EXCHANGE = env.text("EVENTS_EXCHANGE", "back-end-practice.events")
EVENT_ATTEMPTS = env.integer("EVENT_ATTEMPTS", 6, minimum=1, maximum=100)

CELERY_BROKER_URL = env.url("CELERY_BROKER_URL", BROKERS) or EMBEDDED
CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(CELERY_BROKER_URL)
CELERY_TASK_DEFAULT_QUEUE = JOBS_QUEUE = env.text(
    "JOBS_QUEUE", "back-end-practice.jobs" + (f".{SERVICE}" if SERVICE in PARTS else "")
)
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
globals().update(CELERY_SETTINGS)
JOBS_THREADS = env.integer("JOBS_THREADS", 4, minimum=1, maximum=64)
JOBS_WAITING_A_USER = env.integer("JOBS_WAITING_A_USER", 100, minimum=1)
# A worker that has said nothing for so long has lost its job.
JOB_LEASE_SECONDS = env.integer("JOB_LEASE_SECONDS", 20, minimum=2)
JOB_SWEEP_SECONDS = env.integer("JOB_SWEEP_SECONDS", 2, minimum=1, maximum=300)

# ---- Sockets -------------------------------------------------------------------

CHANNEL_LAYERS = {"default": channel_layer(REDIS_URL)}
DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE = DAPHNE_WEBSOCKET_MAX_FRAME_SIZE = 64 * 1024
SOCKET_CALLERS = "accounts.sockets"  # what `backend_practice.sockets` asks who calls

# What a process does besides answering requests, or doing jobs.
CARRY_EVENTS = env.boolean("CARRY_EVENTS", default=False)
BESIDE_REQUESTS, BESIDE_WORKERS = [], []
if "jobs" in INSTALLED_APPS:
    BESIDE_REQUESTS = run_beside_requests(CELERY_BROKER_URL, BROKER_URL, carry=CARRY_EVENTS)
    BESIDE_WORKERS = run_beside_workers(BROKER_URL)

# ---- People -----------------------------------------------------------------

# Who logs people in signs tokens and sends mail; no other service has the secrets for it.
OWNS_IDENTITIES = "accounts.identity" in SERVICES[SERVICE].apps
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.identity.backends.LimitedBackend"
    if OWNS_IDENTITIES
    else "django.contrib.auth.backends.ModelBackend"
]
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2idPasswordHasher",
    # Only to check what other sites have stored: a login makes such a hash anew.
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "rest_framework:login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"

# ---- Tokens and sessions: every length in seconds ------------------------------

SIGNING_KEYS = env.secret("SIGNING_KEYS")
SIGNING_KEYS_DIR = Path(env.text("SIGNING_KEYS_DIR", str(DATA_DIR / "keys")))
if PRODUCTION and OWNS_IDENTITIES and not SIGNING_KEYS:
    env.require("SIGNING_KEYS_DIR")
TOKEN_ISSUER = env.text("TOKEN_ISSUER", SITE_URL)
TOKEN_AUDIENCE = env.text("TOKEN_AUDIENCE", "back-end-practice")
ACCESS_TOKEN_SECONDS = env.integer("ACCESS_TOKEN_SECONDS", 300, minimum=10, maximum=3600)
REFRESH_TOKEN_SECONDS = env.integer("REFRESH_TOKEN_SECONDS", 30 * 86_400, minimum=60)
SESSION_SECONDS = env.integer("SESSION_SECONDS", 90 * 86_400, minimum=60)
REFRESH_GRACE_SECONDS = env.integer("REFRESH_GRACE_SECONDS", 10, maximum=60)
CLOCK_LEEWAY_SECONDS = env.integer("CLOCK_LEEWAY_SECONDS", 10, maximum=60)
CODE_SECONDS = env.integer("CODE_SECONDS", 3600, minimum=60)
TICKET_SECONDS = 30
SIMPLE_JWT = {
    "ALGORITHM": "ES256",
    "USER_ID_CLAIM": "sub",
    "AUTH_TOKEN_CLASSES": ("accounts.tokens.AccessToken",),
}
PASSWORD_HASHES_AT_ONCE = env.integer("PASSWORD_HASHES_AT_ONCE", 4, minimum=1)
LOGIN_FAILURES_PER_MINUTE = env.integer("LOGIN_FAILURES_PER_MINUTE", 10, minimum=1)
LOGIN_FAILURES_PER_MINUTE_ACCOUNT = env.integer("LOGIN_FAILURES_PER_MINUTE_ACCOUNT", 20, minimum=1)
SIGN_UPS_PER_HOUR = env.integer("SIGN_UPS_PER_HOUR", 60, minimum=1)
MAILS_PER_HOUR = env.integer("MAILS_PER_HOUR", 5, minimum=1)

# ---- Mail -----------------------------------------------------------------------

EMAIL = mail_settings(
    env.secret("EMAIL_URL"),
    mailbox="" if PRODUCTION else str(DATA_DIR / "mailbox"),
    sends_mail=OWNS_IDENTITIES,
)
EMAIL_BACKEND, MAILBOX_DIR = EMAIL.backend, EMAIL.mailbox
EMAIL_HOST, EMAIL_PORT = EMAIL.host, EMAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL.user, EMAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL.starttls, EMAIL.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "Back End Practice <noreply@localhost>")

# ---- Files ------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_DIR = Path(env.text("STATIC_DIR", str(DATA_DIR)))
STATIC_ROOT = writable_directory(str(STATIC_DIR / "static"), "STATIC_DIR")
# `hello/public/` with its compressed copies: what lies here is served at `/`.
WHITENOISE_ROOT = writable_directory(str(STATIC_DIR / "public"), "STATIC_DIR")
WHITENOISE_INDEX_FILE = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False
UPLOAD_LINK_SECONDS = env.integer("UPLOAD_LINK_SECONDS", 900, minimum=10, maximum=604_800)
# An nginx location that gives out files of DATA_DIR/uploads and is `internal`.
X_ACCEL_LOCATION = env.text("X_ACCEL_LOCATION")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "backend_practice.static_files.HashedStaticFilesStorage"},
    "uploads": uploads_storage(
        DATA_DIR / "uploads",
        bucket=env.text("S3_BUCKET"),
        endpoint=env.url("S3_ENDPOINT_URL", ("http", "https")),
        region=env.text("S3_REGION", "us-east-1"),
        access_key=env.secret("S3_ACCESS_KEY_ID"),
        secret_key=env.secret("S3_SECRET_ACCESS_KEY"),
        link_seconds=UPLOAD_LINK_SECONDS,
        is_shared=bool(X_ACCEL_LOCATION),
    ),
}
# What is on its way in; several processes share it.
UPLOAD_PARTS_DIR = Path(env.text("UPLOAD_PARTS_DIR", str(DATA_DIR / "upload-parts")))
UPLOAD_TYPES = env.choices("UPLOAD_TYPES", KNOWN_TYPES)
CLAMAV_URL = env.url("CLAMAV_URL", ("tcp",))
# What `backend_practice.files` is made of: the app itself, or the service that has it.
FILES = "uploads.port" if "uploads" in INSTALLED_APPS else "backend_practice.services.remote_files"

# ---- Limits: each answer that meets one names it -----------------------------

MAX_BODY_BYTES = env.integer("MAX_BODY_BYTES", 1024 * 1024, minimum=1024)
MAX_JSON_DEPTH = env.integer("MAX_JSON_DEPTH", 64, minimum=8, maximum=512)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
MAX_UPLOAD_BYTES = env.integer("MAX_UPLOAD_BYTES", 100 * 1024 * 1024, minimum=1024)
MULTIPART_OVERHEAD = 64 * 1024  # the lines around the file in a form
UPLOAD_QUOTA_BYTES = env.integer("UPLOAD_QUOTA_BYTES", 1024**3, minimum=1024)
FILES_AT_ONCE_A_USER = env.integer("FILES_AT_ONCE_A_USER", 8, minimum=1)
UPLOAD_EXPIRY_HOURS = env.integer("UPLOAD_EXPIRY_HOURS", 24, minimum=1)
MAX_IMAGE_PIXELS = env.integer("MAX_IMAGE_PIXELS", 30_000_000, minimum=1)
MAX_IMAGE_MEMORY_BYTES = env.integer("MAX_IMAGE_MEMORY_BYTES", 128 * 1024 * 1024, minimum=1024)
REQUESTS_PER_MINUTE_ADDRESS = env.integer("REQUESTS_PER_MINUTE_ADDRESS", 600, minimum=1)
REQUESTS_PER_MINUTE_USER = env.integer("REQUESTS_PER_MINUTE_USER", 1200, minimum=1)
CHAT_MESSAGES_PER_SECOND = env.integer("CHAT_MESSAGES_PER_SECOND", 10, minimum=1)
CHAT_MESSAGES_AT_ONCE = env.integer("CHAT_MESSAGES_AT_ONCE", 20, minimum=1)
IDEMPOTENCY_HOURS = env.integer("IDEMPOTENCY_HOURS", 24, minimum=1)

# ---- Security ---------------------------------------------------------------

# TLS ends at the proxy; TrustedProxyMiddleware tells Django which scheme the client used.
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", default=PRODUCTION and HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^healthz/", r"^metrics$", r"^internal/", r"^\.well-known/jwks\.json$"]
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000 if PRODUCTION and HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION and HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "backend_practice.http.views.csrf_failure"
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # X-Frame-Options comes from SecurityHeadersMiddleware, with the CSP
    "security.W021",  # preloading a domain is for its owner to decide
]
if urlsplit(SITE_URL).hostname in ("localhost", "127.0.0.1", "::1"):
    # Tried out on one machine, without TLS: that is the one place where it is not missing.
    SILENCED_SYSTEM_CHECKS += [f"security.W{number}" for number in ("004", "008", "012", "016")]
METRICS_TOKEN = env.secret("METRICS_TOKEN")

# ---- Logs, language, time ----------------------------------------------------

# Without an address nothing that makes or sends either is imported.
OTEL_EXPORTER_OTLP_ENDPOINT = env.url("OTEL_EXPORTER_OTLP_ENDPOINT", ("http", "https"))
SENTRY_DSN = env.secret("SENTRY_DSN")
LOGGING = logging_configuration(
    form=env.choice("LOG_FORMAT", ("text", "json"), "json" if PRODUCTION else "text"),
    level=env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
)
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
