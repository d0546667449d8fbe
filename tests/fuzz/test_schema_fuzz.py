"""Whatever is sent to any route, within the schema and beyond: no 500, and the schema is kept."""

import json

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.transport.serialization import serialize_binary

from backend_practice.http.renderers import JSONRenderer
from tests.processes import EMAIL, PASSWORD, logged_in, manage, own_database, running_site

EXAMPLES = 12


def schema_as_read_by_a_client():
    """Without its security schemes: the session goes with every request, unaltered."""
    text = JSONRenderer().render(SchemaGenerator().get_schema(public=True))
    schema = json.loads(text)
    del schema["components"]["securitySchemes"]
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return schemathesis.openapi.from_dict(schema)


@schemathesis.serializer("application/offset+octet-stream")
def as_bytes(context, value):
    """Plain bytes by another name."""
    return serialize_binary(value)


schema = schema_as_read_by_a_client()
# It would take away the user whose session all the others go with.
LEFT_OUT = {"DELETE /api/v1/auth/me/"}
OPERATIONS = [
    operation
    for operation in (result.ok() for result in schema.get_all_operations())
    if operation.label not in LEFT_OUT
]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Somebody logged in at a server that has some books, so that not every answer is a 404."""
    directory = tmp_path_factory.mktemp("fuzz")
    log = directory / "site.log"
    with own_database(directory) as database_url:
        variables = {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(directory),
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            "REQUESTS_PER_MINUTE_ADDRESS": "1000000",
            "REQUESTS_PER_MINUTE_USER": "1000000",
        }
        manage("migrate", **variables)
        manage("collectstatic", "--noinput", **variables)
        manage("createsuperuser", "--noinput", "--email", EMAIL, **variables)
        with running_site(log, **variables) as url, logged_in(url) as client:
            add_books(client)
            yield client
    assert "Traceback" not in log.read_text()


def add_books(client):
    for number in range(3):
        book = {"title": f"Book {number}", "authors": ["Ann", "Bob"], "genres": ["fiction"]}
        client.post("/api/v1/books/", json=book).raise_for_status()
    client.post("/api/v1/books/1/reviews/", json={"rating": 4}).raise_for_status()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_breaks_the_site_or_its_schema(operation, mode, client):
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        case.call_and_validate(
            base_url=str(client.base_url),
            cookies=dict(client.cookies),
            headers={"X-CSRFToken": client.headers["X-CSRFToken"]},
            excluded_checks=[positive_data_acceptance],  # a check digit is no JSON Schema
        )

    try:
        send()
    except Unsatisfiable:
        pytest.skip("nothing in this request can be wrong")
