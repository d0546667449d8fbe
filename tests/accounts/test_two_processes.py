"""Two processes on one PostgreSQL and one Redis agree on sessions, keys and limits."""

import httpx
import pytest

from tests.processes import (
    EMAIL,
    PASSWORD,
    manage,
    own_database,
    running_site,
)


@pytest.fixture
def two_sites(postgresql, redis_url, tmp_path):
    """The addresses of two processes of one site."""
    with own_database(tmp_path) as database_url:
        variables = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }
        manage("migrate", **variables)
        manage("collectstatic", "--noinput", **variables)
        manage("createsuperuser", "--noinput", "--email", EMAIL, **variables)
        with (
            running_site(tmp_path / "first.log", **variables) as first,
            running_site(tmp_path / "second.log", **variables) as second,
        ):
            yield f"{first}/api/v1/auth", f"{second}/api/v1/auth"


def log_in(site, password=PASSWORD):
    return httpx.post(f"{site}/login/", json={"email": EMAIL, "password": password})


def me(site, access):
    return httpx.get(f"{site}/me/", headers={"Authorization": f"Bearer {access}"}).status_code


@pytest.mark.django_db
def test_two_processes_agree(two_sites):
    first, second = two_sites
    pair = log_in(first).json()

    assert me(second, pair["access"]) == 200

    successors = [
        httpx.post(f"{site}/refresh/", json={"refresh": pair["refresh"]}).json()["refresh"]
        for site in two_sites
    ]
    assert successors[0] == successors[1]

    httpx.post(f"{second}/logout/", json={"refresh": successors[0]})
    assert me(first, pair["access"]) == 401

    statuses = [log_in(two_sites[number % 2], "wrong").status_code for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
