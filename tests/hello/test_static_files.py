"""Stage 2: hashed names below `/static/`."""

import re

import brotli
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import get_template

FOREVER = "max-age=315360000, public, immutable"


def test_a_page_names_its_style_sheet_by_hash(site):
    page = site.get("/").content.decode()

    assert re.search(r'href="/static/hello/base\.[0-9a-f]{12}\.css"', page)


def test_a_hashed_name_is_cached_for_ever(site, fetch):
    answer = fetch(staticfiles_storage.url("hello/base.css"))

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == FOREVER


def test_a_plain_name_is_not(site, fetch):
    answer = fetch("/static/hello/base.css")

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "max-age=60, public"


def test_a_hashed_name_that_never_was_is_not_found(fetch):
    assert fetch("/static/hello/base.000000000000.css").status == 404


def test_hashed_files_are_compressed(site, fetch):
    url = staticfiles_storage.url("hello/home.css")

    answer = fetch(url, accept_encoding="br")

    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.body) == fetch(url).body


def test_a_style_sheet_names_its_images_by_hash(site, fetch):
    sheet = fetch(staticfiles_storage.url("hello/home.css")).body.decode()

    images = re.findall(r'url\("([^"]+)"\)', sheet)
    assert images
    for image in images:
        assert fetch(f"/static/hello/{image}").headers["Cache-Control"] == FOREVER


def test_the_page_about_a_crash_needs_no_manifest(fetch):
    page = get_template("500.html").render()

    names = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert names
    assert {fetch(name).status for name in names} == {200}


def test_a_page_lives_though_a_file_was_not_collected(site, caplog):
    url = staticfiles_storage.url("hello/never-collected.css")

    assert url == "/static/hello/never-collected.css"
    assert "hello/never-collected.css is not among the static files" in caplog.text


@pytest.mark.parametrize("path", ["/", "/problems/", "/problems/conflict/", "/api/v1/docs/"])
def test_all_that_a_page_asks_for_is_there(site, fetch, path, caplog):
    page = site.get(path, headers={"accept": "text/html"}).content.decode()

    names = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert names
    assert {fetch(name).status for name in names} == {200}
    assert "not among the static files" not in caplog.text
