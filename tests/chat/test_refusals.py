"""A socket that is not let in is accepted and closed, so that a browser sees the code."""

import pytest

from tests.chat.site import opened


def end_of(person, path, **options):
    with person.opened(path, **options) as socket:
        return socket.code()


@pytest.mark.parametrize("path", ["/ws/chat/{slug}/", "/ws/notifications/"])
@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {}),
        ("?ticket=wrong", {}),
        ("?ticket=%00&after=1", {}),
        ("?" + "&".join(f"a{n}=1" for n in range(50)), {}),
        ("", {"Authorization": "Bearer wrong"}),
        ("", {"Authorization": "Basic YTpi"}),
        ("", {"Authorization": "Bearer "}),
    ],
)
def test_whoever_is_not_known_is_closed_with_4401(ann, slug, path, query, headers):
    with opened(ann.url + path.format(slug=slug) + query, headers=headers) as socket:
        assert socket.code() == 4401


@pytest.mark.parametrize("path", ["/ws/chat/nowhere/", "/ws/chat/", "/ws/", "/ws/chat/a/b/"])
def test_a_room_that_is_not_there_is_4404(ann, path):
    assert end_of(ann, path) == 4404


def test_a_private_room_is_4403_for_others(ann, ben):
    assert end_of(ben, f"/ws/chat/{ann.new_room(private=True)}/") == 4403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1"]
)
def test_another_sites_page_is_4403(ann, slug, origin):
    assert end_of(ann, f"/ws/chat/{slug}/", origin=origin) == 4403


def test_the_sites_own_page_is_let_in(ann, url, slug):
    with ann.opened(f"/ws/chat/{slug}/", origin=url) as socket:
        assert socket.next()["type"] == "ready"


def test_the_page_of_a_host_that_is_not_ours_is_4403(ann, slug):
    """A name that an attacker has pointed to this machine: host and origin agree."""
    headers = {"Host": "evil.example", "Authorization": ann.headers["Authorization"]}
    with opened(
        f"{ann.url}/ws/chat/{slug}/", headers=headers, origin="http://evil.example"
    ) as socket:
        assert socket.code() in (4401, 4403)
