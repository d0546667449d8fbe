"""Each variable changes what `.env.example` says it changes."""

import ipaddress
from pathlib import Path

import pytest

from tests.project.settings_reader import PRODUCTION, settings_with

SECRET = PRODUCTION["SECRET_KEY"]


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("ALLOWED_HOSTS", "a.example, b.example", "ALLOWED_HOSTS", ["a.example", "b.example"]),
        ("BACKEND_PRACTICE_SERVICE", "uploads", "SERVICE", "uploads"),
        ("CHAT_MESSAGES_AT_ONCE", "7", "CHAT_MESSAGES_AT_ONCE", 7),
        ("CHAT_MESSAGES_PER_SECOND", "3", "CHAT_MESSAGES_PER_SECOND", 3),
        ("CARRY_EVENTS", "true", "CARRY_EVENTS", True),
        ("CLAMAV_URL", "tcp://scan:3310", "CLAMAV_URL", "tcp://scan:3310"),
        ("DEBUG", "true", "DEBUG", True),
        ("FILES_AT_ONCE_A_USER", "3", "FILES_AT_ONCE_A_USER", 3),
        ("HTTP_THREADS", "3", "HTTP_THREADS", 3),
        ("IDEMPOTENCY_HOURS", "2", "IDEMPOTENCY_HOURS", 2),
        ("MAX_BODY_BYTES", "2048", "DATA_UPLOAD_MAX_MEMORY_SIZE", 2048),
        ("MAX_BODY_BYTES", "2048", "MAX_BODY_BYTES", 2048),
        ("MAX_IMAGE_MEMORY_BYTES", "2048", "MAX_IMAGE_MEMORY_BYTES", 2048),
        ("MAX_IMAGE_PIXELS", "9", "MAX_IMAGE_PIXELS", 9),
        ("MAX_JSON_DEPTH", "8", "MAX_JSON_DEPTH", 8),
        ("MAX_UPLOAD_BYTES", "2048", "MAX_UPLOAD_BYTES", 2048),
        ("METRICS_TOKEN", "sesame", "METRICS_TOKEN", "sesame"),
        ("REDIS_URL", "redis://cache:6379/0", "REDIS_URL", "redis://cache:6379/0"),
        ("REQUESTS_PER_MINUTE_ADDRESS", "7", "REQUESTS_PER_MINUTE_ADDRESS", 7),
        ("REQUESTS_PER_MINUTE_USER", "8", "REQUESTS_PER_MINUTE_USER", 8),
        ("SECRET_KEY", SECRET, "SECRET_KEY", SECRET),
        ("SECRET_KEY_FALLBACKS", "old,older", "SECRET_KEY_FALLBACKS", ["old", "older"]),
        ("SECURE_HSTS_INCLUDE_SUBDOMAINS", "no", "SECURE_HSTS_INCLUDE_SUBDOMAINS", False),
        ("SECURE_HSTS_SECONDS", "60", "SECURE_HSTS_SECONDS", 60),
        ("SECURE_SSL_REDIRECT", "yes", "SECURE_SSL_REDIRECT", True),
        ("SERVICES_PORT", "9000", "SERVICES_PORT", 9000),
        ("SERVICE_KEY", "sesame", "SERVICE_KEY", "sesame"),
        ("SERVICE_URL", "http://{name}:8000", "SERVICE_URL", "http://{name}:8000"),
        ("SITE_URL", "https://a.example/", "SITE_URL", "https://a.example"),
        ("SITE_URL", "https://a.example/", "CSRF_TRUSTED_ORIGINS", ["https://a.example"]),
        ("UPLOAD_EXPIRY_HOURS", "2", "UPLOAD_EXPIRY_HOURS", 2),
        ("UPLOAD_LINK_SECONDS", "60", "UPLOAD_LINK_SECONDS", 60),
        ("UPLOAD_PARTS_DIR", "/parts", "UPLOAD_PARTS_DIR", Path("/parts")),
        ("UPLOAD_QUOTA_BYTES", "2048", "UPLOAD_QUOTA_BYTES", 2048),
        ("UPLOAD_THREADS", "3", "UPLOAD_THREADS", 3),
        ("UPLOAD_TYPES", "image/png, text/csv", "UPLOAD_TYPES", ["image/png", "text/csv"]),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1"),
        ("SENTRY_DSN", "https://key@s.example/1", "SENTRY_DSN", "https://key@s.example/1"),
        ("DRAIN_SECONDS", "7", "DRAIN_SECONDS", 7),
        ("WEB_CONCURRENCY", "99", "WEB_CONCURRENCY", 99),
        ("X_ACCEL_LOCATION", "/files/", "X_ACCEL_LOCATION", "/files/"),
        (
            "TRUSTED_PROXIES",
            "127.0.0.1,10.0.0.0/8",
            "TRUSTED_PROXIES",
            [ipaddress.ip_network("127.0.0.1/32"), ipaddress.ip_network("10.0.0.0/8")],
        ),
    ],
)
def test_a_variable_changes_its_setting(variable, value, setting, expected):
    unset = settings_with()
    assert unset[setting] != expected

    settings = settings_with(**{variable: value})

    assert settings[setting] == expected


def test_an_empty_variable_counts_as_not_set():
    settings = settings_with(HTTP_THREADS="", DEBUG=" ")

    assert settings["HTTP_THREADS"] == 8
    assert settings["DEBUG"] is False


def test_data_dir_holds_everything_that_the_site_writes(tmp_path):
    settings = settings_with(DATA_DIR=str(tmp_path / "data"))

    written = [settings["DATABASES"]["default"]["NAME"], settings["STATIC_ROOT"]]
    assert all(str(path).startswith(str(tmp_path / "data")) for path in written)
    assert (tmp_path / "data" / "secret_key").is_file()


@pytest.mark.parametrize(
    ("variable", "value", "option"),
    [
        ("S3_BUCKET", "files", "bucket_name"),
        ("S3_ENDPOINT_URL", "http://store:9000", "endpoint_url"),
        ("S3_REGION", "eu-central-1", "region_name"),
        ("S3_ACCESS_KEY_ID", "id", "access_key"),
        ("S3_SECRET_ACCESS_KEY", "sesame", "secret_key"),
        ("UPLOAD_LINK_SECONDS", "60", "querystring_expire"),
    ],
)
def test_a_bucket_takes_the_place_of_the_directory(variable, value, option):
    assert "location" in settings_with()["STORAGES"]["uploads"]["OPTIONS"]

    options = settings_with(**{"S3_BUCKET": "b", variable: value})["STORAGES"]["uploads"]["OPTIONS"]

    assert str(options[option]) == value


def test_database_url_chooses_postgresql():
    settings = settings_with(DATABASE_URL="postgresql://reader:wrong@host:5433/books")

    database = settings["DATABASES"]["default"]
    assert database["ENGINE"] == "backend_practice.postgresql"
    assert (database["USER"], database["HOST"], database["PORT"]) == ("reader", "host", 5433)


def test_database_password_stands_in_for_the_one_in_the_address():
    settings = settings_with(
        DATABASE_URL="postgresql://reader:wrong@host/books", DATABASE_PASSWORD="right"
    )

    assert settings["DATABASES"]["default"]["PASSWORD"] == "right"


def test_an_sqlite_address_chooses_the_file(tmp_path):
    settings = settings_with(DATABASE_URL=f"sqlite:///{tmp_path / 'books.sqlite3'}")

    database = settings["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "books.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_static_files_may_lie_apart_from_the_data(tmp_path):
    settings = settings_with(STATIC_DIR=str(tmp_path))

    assert settings["STATIC_ROOT"] == tmp_path / "static"
    assert settings["WHITENOISE_ROOT"] == tmp_path / "public"


@pytest.mark.parametrize("form", ["text", "json"])
def test_log_format_chooses_the_formatter(form):
    settings = settings_with(LOG_FORMAT=form)

    assert settings["LOGGING"]["handlers"]["console"]["formatter"] == form


def test_redis_url_chooses_the_way_between_the_sockets_of_processes():
    alone = settings_with()["CHANNEL_LAYERS"]["default"]
    layer = settings_with(REDIS_URL="redis://cache:6379/0")["CHANNEL_LAYERS"]["default"]

    assert alone["BACKEND"].endswith("ThreadSafeInMemoryLayer")
    assert layer["BACKEND"].startswith("channels_redis")
    assert layer["CONFIG"]["hosts"][0]["address"] == "redis://cache:6379/0"


def test_log_level_is_the_least_that_is_written():
    settings = settings_with(LOG_LEVEL="ERROR")

    assert settings["LOGGING"]["root"]["level"] == "ERROR"


def test_service_selects_the_apps():
    apps = settings_with(BACKEND_PRACTICE_SERVICE="books")["INSTALLED_APPS"]

    assert "books" in apps
    assert "uploads" not in apps


def test_embedded_shows_no_source_and_answers_this_machine_alone():
    settings = settings_with()

    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert settings["SESSION_COOKIE_SECURE"] is False
