"""GET /uploads/ and GET /uploads/{id}/"""

import uuid

from tests.uploads.api import UPLOADS, address_of, uploaded


def test_the_list_has_ones_own_uploads_newest_first(as_alice, as_charlie):
    first, second = uploaded(as_alice, b"1"), uploaded(as_alice, b"2")
    uploaded(as_charlie, b"3")

    body = as_alice.get(UPLOADS).json()

    assert [upload["id"] for upload in body["results"]] == [second["id"], first["id"]]
    assert body["results"][0] == second


def test_pages_lead_through_the_list_and_back(as_alice):
    ids = [uploaded(as_alice, b"%d" % number)["id"] for number in range(5)]

    first = as_alice.get(UPLOADS, {"limit": 2}).json()
    second = as_alice.get(first["next"]).json()
    back = as_alice.get(second["previous"]).json()

    assert [upload["id"] for upload in first["results"] + second["results"]] == ids[:0:-1]
    assert back["results"] == first["results"]


def test_a_page_costs_the_same_however_many_there_are(as_alice, django_assert_num_queries):
    uploaded(as_alice)
    as_alice.get(UPLOADS)
    with django_assert_num_queries(3):
        as_alice.get(UPLOADS)
    for _ in range(5):
        uploaded(as_alice)

    with django_assert_num_queries(3):
        assert len(as_alice.get(UPLOADS).json()["results"]) == 6


def test_an_unknown_parameter_is_an_error(as_alice):
    assert as_alice.get(UPLOADS, {"owner": "bob"}).status_code == 400


def test_an_upload_that_one_has_already_is_not_sent_again(as_alice):
    upload = uploaded(as_alice)
    etag = as_alice.get(address_of(upload))["ETag"]

    response = as_alice.get(address_of(upload), HTTP_IF_NONE_MATCH=etag)

    assert response.status_code == 304


def test_what_is_not_there_is_not_found(as_alice):
    assert as_alice.get(f"{UPLOADS}{uuid.uuid4()}/").status_code == 404
    assert as_alice.get(f"{UPLOADS}nonsense/").status_code == 404
