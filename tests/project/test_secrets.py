"""Secrets come from a variable, from a file, or (embedded) from the site itself."""

import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from backend_practice.settings.storage import kept_secret
from tests.project.settings_reader import settings_with


@pytest.mark.parametrize("name", ["SECRET_KEY", "METRICS_TOKEN"])
def test_a_secret_may_be_the_content_of_a_file(name, tmp_path):
    (tmp_path / "secret").write_text("from the file\n")

    settings = settings_with(**{f"{name}_FILE": str(tmp_path / "secret")})

    assert settings[name] == "from the file"


def test_the_databases_password_may_be_the_content_of_a_file(tmp_path):
    (tmp_path / "secret").write_text("from the file\n")

    settings = settings_with(
        DATABASE_URL="postgresql://reader@host/books",
        DATABASE_PASSWORD_FILE=str(tmp_path / "secret"),
    )

    assert settings["DATABASES"]["default"]["PASSWORD"] == "from the file"


@pytest.mark.parametrize("name", ["SECRET_KEY", "METRICS_TOKEN", "DATABASE_PASSWORD"])
def test_a_secret_and_its_file_together_stop_the_start(name, tmp_path):
    (tmp_path / "secret").write_text("from the file")

    with pytest.raises(ImproperlyConfigured, match=f"^{name}: give {name} or {name}_FILE"):
        settings_with(**{name: "from the variable", f"{name}_FILE": str(tmp_path / "secret")})


@pytest.mark.parametrize("name", ["SECRET_KEY", "METRICS_TOKEN", "DATABASE_PASSWORD"])
def test_a_secrets_file_that_is_missing_stops_the_start(name, tmp_path):
    with pytest.raises(ImproperlyConfigured, match=f"^{name}_FILE: cannot be read"):
        settings_with(**{f"{name}_FILE": str(tmp_path / "missing")})


def test_embedded_the_site_makes_a_secret_key_and_keeps_it(tmp_path):
    first = settings_with(DATA_DIR=str(tmp_path))["SECRET_KEY"]

    second = settings_with(DATA_DIR=str(tmp_path))["SECRET_KEY"]

    assert len(first) >= 50
    assert second == first


def test_two_sites_have_two_secret_keys(tmp_path):
    one = settings_with(DATA_DIR=str(tmp_path / "one"))["SECRET_KEY"]
    other = settings_with(DATA_DIR=str(tmp_path / "other"))["SECRET_KEY"]

    assert one != other


def test_only_its_owner_may_read_the_kept_secret_key(tmp_path):
    settings_with(DATA_DIR=str(tmp_path))

    mode = stat.S_IMODE((tmp_path / "secret_key").stat().st_mode)
    assert mode == 0o600


def test_of_two_processes_that_make_a_secret_at_once_both_keep_the_first(tmp_path):
    path = tmp_path / "secret"

    def make_late():
        path.write_text("the other process's")
        return "this process's"

    secret = kept_secret(path, make_late)

    assert secret == "the other process's"
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
