"""`manage.py collectstatic`: complete when something changed, at rest when nothing has."""

import os

import pytest
from django.core.management import call_command
from django.test import Client

from backend_practice import static_files
from tests.hello.conftest import settings_for


@pytest.fixture
def app(tmp_path, settings, monkeypatch):
    """A site whose only app has one style sheet and one public page."""
    directory = tmp_path / "app"
    (directory / "static").mkdir(parents=True)
    (directory / "static" / "style.css").write_text("body { color: green }")
    (directory / "public" / "deep").mkdir(parents=True)
    (directory / "public" / "deep" / "page.html").write_text("<p>first</p>" * 50)
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [directory / "static"]
    for name, value in settings_for(tmp_path / "served").items():
        setattr(settings, name, value)
    monkeypatch.setattr(static_files, "public_directories", lambda: [directory / "public"])
    return directory


def collect(**options):
    call_command("collectstatic", interactive=False, verbosity=0, **options)


def names_in(directory):
    return {
        path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()
    }


def test_static_and_public_files_are_collected(app, settings):
    collect()

    static, public = names_in(settings.STATIC_ROOT), names_in(settings.WHITENOISE_ROOT)
    assert {"style.css", "staticfiles.json"} <= static
    assert public == {"deep/page.html", "deep/page.html.br", "deep/page.html.gz"}


def test_a_public_file_keeps_its_time(app, settings):
    os.utime(app / "public/deep/page.html", (1_000_000_000, 1_000_000_000))

    collect()

    published = settings.WHITENOISE_ROOT / "deep/page.html"
    assert published.stat().st_mtime == 1_000_000_000


def test_a_second_run_touches_nothing(app, settings, capsys):
    collect()
    before = settings.WHITENOISE_ROOT.stat().st_ino

    call_command("collectstatic", interactive=False)

    assert "up to date" in capsys.readouterr().out
    assert settings.WHITENOISE_ROOT.stat().st_ino == before


def test_a_changed_file_is_collected_though_its_time_is_older(app, settings):
    collect()
    (app / "static/style.css").write_text("body { color: brown }")
    os.utime(app / "static/style.css", (1_000_000_000, 1_000_000_000))

    collect()

    assert "brown" in (settings.STATIC_ROOT / "style.css").read_text()


def test_a_public_file_that_is_gone_is_no_longer_public(app, settings):
    collect()
    (app / "public/deep/page.html").unlink()
    (app / "public/other.txt").write_text("x")

    collect()

    assert names_in(settings.WHITENOISE_ROOT) == {"other.txt"}


def test_a_public_file_that_was_never_put_there_by_us_goes(app, settings):
    collect()
    (settings.WHITENOISE_ROOT / "stray.txt").write_text("not ours")

    collect(force=True)

    assert "stray.txt" not in names_in(settings.WHITENOISE_ROOT)


def test_hidden_files_are_not_published(app, settings):
    (app / "public/.secret").write_text("x")
    (app / "public/.git").mkdir()
    (app / "public/.git/config").write_text("x")

    collect()

    assert not any(name.startswith(".") for name in names_in(settings.WHITENOISE_ROOT))


def test_what_somebody_removed_comes_back(app, settings):
    collect()
    (settings.WHITENOISE_ROOT / "deep/page.html").unlink()

    collect()

    assert "deep/page.html" in names_in(settings.WHITENOISE_ROOT)


def test_a_run_that_was_cut_short_is_done_again_from_the_start(app, settings, monkeypatch):
    collect()
    (app / "static/style.css").write_text("body { color: brown }")
    with monkeypatch.context() as broken:
        broken.setattr(
            "backend_practice.management.commands.collectstatic.publish",
            lambda files, root: 1 / 0,
        )
        with pytest.raises(ZeroDivisionError):
            collect()
    (settings.STATIC_ROOT / "half-written.css").write_text("bo")

    collect()

    assert "half-written.css" not in names_in(settings.STATIC_ROOT)
    assert "brown" in (settings.STATIC_ROOT / "style.css").read_text()


def test_force_collects_though_nothing_has_changed(app, settings):
    collect()
    before = settings.WHITENOISE_ROOT.stat().st_ino

    collect(force=True)

    assert settings.WHITENOISE_ROOT.stat().st_ino != before


def test_a_dry_run_changes_nothing(app, settings):
    collect(dry_run=True)

    assert not settings.WHITENOISE_ROOT.exists()
    assert not static_files.marker().exists()


def test_nothing_is_left_beside_the_served_directories(app, settings):
    collect()

    beside = {path.name for path in settings.STATIC_ROOT.parent.iterdir()}
    assert beside == {"static", "static.fingerprint", "public"}


def test_an_edited_file_is_served_after_a_restart(app, settings):
    collect()
    (app / "public/deep/page.html").write_text("<p>second</p>")

    collect()

    assert Client().get("/deep/page.html").getvalue() == b"<p>second</p>"


def test_every_app_with_a_public_directory_gives_its_files():
    assert any(directory.parent.name == "hello" for directory in static_files.public_directories())
    assert "site/index.html" in static_files.public_files()


def test_modules_that_import_each_other_are_named_by_their_hashes_however_deep(app, settings):
    modules = app / "static" / "hello"
    modules.mkdir()
    for depth in range(40):  # in whichever order they are taken, it is many rounds
        module = f'import {{ next }} from "./{depth + 1:02}.js";' if depth < 39 else "let end;"
        (modules / f"{depth:02}.js").write_text(f"{module}\n")

    collect()

    hashed = list((settings.STATIC_ROOT / "hello").glob("00.*.js"))
    assert "/01." in hashed[0].read_text()
    assert "/01.js" not in hashed[0].read_text()
