"""Behind a real nginx, which sends the files itself."""

import grp
import os
import pwd
import shutil
import subprocess

import httpx
import pytest

from tests.conftest import missing_server
from tests.environment import ROOT
from tests.processes import free_port
from tests.uploads.sites import open_site, poll

pytestmark = pytest.mark.once
CONTENT = b"0123456789" * 100_000
SNIPPET = ROOT / "deploy" / "nginx" / "uploads.conf"
WHERE = "/var/lib/back-end-practice/uploads/"
CONFIGURATION = """
daemon off; pid {directory}/nginx.pid; error_log {directory}/error.log; {user}
events {{}}
http {{
    access_log off; types {{}} default_type application/octet-stream;
    client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/f; uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
    server {{
        listen 127.0.0.1:{port}; client_max_body_size 101m;
        location / {{
            proxy_pass http://127.0.0.1:{site_port}; proxy_set_header Host $http_host;
            proxy_request_buffering off; proxy_http_version 1.1;
        }}
        include {snippet};
    }}
}}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        missing_server("nginx is not on the path")
    directory = tmp_path_factory.mktemp("site")
    with open_site(directory, X_ACCEL_LOCATION="/protected-uploads/") as site:
        yield site


@pytest.fixture(scope="module")
def nginx(site, tmp_path_factory):
    """The URL of nginx before the site."""
    directory, port = tmp_path_factory.mktemp("nginx"), free_port()
    snippet = directory / "uploads.conf"
    snippet.write_text(SNIPPET.read_text().replace(WHERE, f"{site.directory}/uploads/"))
    (directory / "nginx.conf").write_text(
        CONFIGURATION.format(
            directory=directory, port=port, site_port=site.port, snippet=snippet, user=own_user()
        )
    )
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    command = [
        program,
        "-p",
        directory,
        "-c",
        directory / "nginx.conf",
        "-e",
        directory / "error.log",
    ]
    with subprocess.Popen(command) as process:
        url = f"http://127.0.0.1:{port}"
        poll(lambda: answers(url, process))
        yield url
        process.terminate()


def own_user():
    """A master that is root gives its rights up, and could not read this test's directory then."""
    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(0).gr_name};"


def answers(url, process):
    assert process.poll() is None, "nginx did not start"
    try:
        return httpx.get(f"{url}/healthz/live", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def client(site, nginx):
    headers = {"Authorization": f"Bearer {site.log_in()}"}
    with httpx.Client(base_url=nginx, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def upload(client):
    sent = client.post("/api/v1/uploads/", files={"file": ("zäh.txt", CONTENT)})
    assert sent.status_code == 201, sent.text
    return sent.json()


def test_nginx_sends_the_file_with_what_makes_it_harmless(client, upload):
    answer = client.get(upload["url"])

    assert answer.content == CONTENT
    assert "X-Accel-Redirect" not in answer.headers
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["ETag"] == f'"{upload["sha256"]}"'
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_nginx_knows_about_ranges(client, upload):
    answer = client.get(upload["url"], headers={"Range": "bytes=5-9"})

    assert (answer.status_code, answer.content) == (206, b"56789")


def test_what_one_has_already_is_not_sent_again(client, upload):
    answer = client.get(upload["url"], headers={"If-None-Match": f'"{upload["sha256"]}"'})

    assert answer.status_code == 304


def test_nobody_gets_there_directly(nginx, site, upload):
    key = f"objects/{upload['id'][-2:]}/{upload['id']}"

    assert (site.directory / "uploads" / key).exists()
    assert httpx.get(f"{nginx}/protected-uploads/{key}").status_code == 404
    assert httpx.get(upload["url"]).status_code == 401


def test_the_group_may_read_the_files_and_nobody_else(site, upload):
    [path] = (site.directory / "uploads").rglob(upload["id"])

    assert path.stat().st_mode & 0o777 == 0o640
    assert path.parent.stat().st_mode & 0o777 == 0o750
