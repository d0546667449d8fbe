"""Stage 10, broken. What stops a service is shown on the services themselves."""

from .kinds import Mutant, nothing, with_members

API = "/api/v1/"

MUTANTS = [
    Mutant("services-as-one", "some live elsewhere", f"GET {API}(uploads|jobs|chat)/", status=404),
    Mutant("services-as-one", "the books are not for all", f"GET {API}books/[^/]+/$", status=404),
    Mutant(
        "services-listed",
        "only one is told",
        f"GET {API}services/",
        told=lambda told: {**told, "results": told["results"][:1]},
    ),
    Mutant(
        "services-listed",
        "one is down",
        f"GET {API}services/",
        told=lambda told: {
            **told,
            "results": [{**told["results"][0], "status": "down"}, *told["results"][1:]],
        },
    ),
    Mutant(
        "facts-travel", "an outbox that drops", code="uploads.services:publish", instead=nothing
    ),
    Mutant(
        "deleted-everywhere",
        "books know their owner still",
        f"GET {API}books/[^/]+/$",
        told=with_members(owner="somebody"),
    ),
    Mutant(
        "deleted-everywhere",
        "the file is there for all",
        f"GET {API}uploads/[^/]+/content/",
        status=200,
    ),
    Mutant(
        "deletion-shows-its-end",
        "does not say where",
        f"DELETE {API}auth/me/",
        without=("Location",),
    ),
    Mutant(
        "deletion-shows-its-end",
        "never ends",
        f"GET {API}auth/deletions/",
        told=with_members(finished_at=None),
    ),
]
