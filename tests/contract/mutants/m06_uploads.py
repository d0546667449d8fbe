"""Stage 6, broken."""

import re

from .kinds import (
    Mutant,
    always,
    becomes,
    nothing,
    only_for,
    with_members,
    without_members,
)

UPLOADS = "/api/v1/uploads/"
POST, LIST = f"POST {UPLOADS}$", rf"GET {UPLOADS}(\?|$)"
ONE, CONTENT, TUS = f"{UPLOADS}[^/]+/$", f"GET {UPLOADS}[^/]+/content/", f"{UPLOADS}tus/"
GONE = {"method": "GET", "status": only_for(200, 204), "body": b""}


def whoever_asks(original):
    from django.shortcuts import get_object_or_404

    from uploads.models import Upload

    return lambda owner_id, upload_id: get_object_or_404(Upload, pk=upload_id)


def measured_only(original):
    from PIL import Image

    from uploads.images import Dimensions

    def check_image(path, content_type, *, pointer="/file"):
        with Image.open(path) as image:
            return Dimensions(*image.size)

    return check_image


def as_it_came(original):
    def name_of(name, *, field="file"):
        return name.replace("\\", "/").strip() or "x"

    return name_of


def announced_is_enough(original):
    from uploads.checks import Finding

    def verified(upload, part):
        return Finding(part.size, part.sha256(), upload.content_type)

    return verified


MUTANTS = [
    Mutant("upload-form", "another size", POST, told=with_members(size=1)),
    Mutant("upload-form", "answers 200", POST, status=only_for(201, 200)),
    Mutant(
        "upload-needs-a-token",
        "known but forbidden",
        f"(GET|POST) {UPLOADS}",
        status=only_for(401, 403),
    ),
    Mutant("upload-list", "lists nothing", LIST, told=with_members(results=[])),
    Mutant("upload-content", "without nosniff", CONTENT, without=("X-Content-Type-Options",)),
    Mutant(
        "upload-content",
        "read as text",
        CONTENT,
        body=lambda body: body.decode("utf-8", "replace").encode(),
    ),
    Mutant(
        "upload-content", "without its name", CONTENT, headers={"Content-Disposition": "attachment"}
    ),
    Mutant("upload-range", "ignores ranges", CONTENT, drop=("Range",)),
    Mutant("upload-range", "takes the end as exclusive", CONTENT, body=lambda body: body[:-1]),
    Mutant("upload-delete", "deletes nothing", f"DELETE {ONE}", **GONE),
    Mutant(
        "upload-of-others",
        "whoever asks",
        code="uploads.views.uploads:own_upload",
        instead=whoever_asks,
    ),
    Mutant(
        "upload-of-others",
        "the content for whoever asks",
        code="uploads.views.content:own_stored",
        instead=whoever_asks,
    ),
    Mutant(
        "upload-of-others", "says that it is there", f"GET {UPLOADS}.", status=only_for(404, 403)
    ),
    Mutant(
        "upload-types",
        "pages that call themselves text",
        code="uploads.kinds:MARKUP",
        instead=becomes(re.compile(rb"(?!)")),
    ),
    Mutant("upload-types", "a bad request", POST, status=only_for(415, 400)),
    Mutant(
        "upload-content-against-name",
        "the name says nothing",
        code="uploads.kinds:suffix_of",
        instead=always(""),
    ),
    Mutant("upload-too-large", "a bad request", POST, status=only_for(413, 400)),
    Mutant("upload-too-large", "takes everything", POST, status=only_for(413, 201)),
    Mutant("upload-members", "another hash", POST, told=with_members(sha256="0" * 64)),
    Mutant("upload-members", "images are files", POST, told=with_members(image=None)),
    Mutant(
        "upload-names", "a path in the name", code="uploads.receiving:cleaned", instead=as_it_came
    ),
    Mutant("upload-odd-forms", "breaks without a file", POST, status=only_for(400, 500)),
    Mutant("upload-refused-early", "does not say which limit", POST, told=without_members("limit")),
    Mutant(
        "upload-quota",
        "without end",
        code="uploads.quota:quota_met",
        instead=always(RuntimeError("no quota")),
    ),
    Mutant("upload-quota", "does not name it", "POST .*presign/", told=without_members("limit")),
    Mutant(
        "images-have-a-limit",
        "as large as it says",
        code="django.conf:settings.MAX_IMAGE_PIXELS",
        instead=becomes(10**12),
    ),
    Mutant(
        "images-are-decoded",
        "measured only",
        code="uploads.checks:check_image",
        instead=measured_only,
    ),
    Mutant(
        "images-get-thumbnails",
        "none",
        f"GET {ONE}",
        told=lambda told: {**told, "image": {**told["image"], "thumbnails": {}}},
    ),
    Mutant(
        "images-get-thumbnails",
        "with what the camera wrote",
        "GET .*/thumbnails/",
        body=lambda body: body + b"where I live",
    ),
    Mutant("tus-says-what-it-can", "does not say", f"OPTIONS {TUS}", without=("Tus-Extension",)),
    Mutant("tus-says-what-it-can", "any version", f"POST {TUS}", give={"Tus-Resumable": "1.0.0"}),
    Mutant("tus-resumes", "begins anew", f"HEAD {TUS}", headers={"Upload-Offset": "0"}),
    Mutant("tus-resumes", "from anywhere", f"PATCH {TUS}", status=only_for(409, 204)),
    Mutant("tus-checksum", "is not looked at", f"PATCH {TUS}", drop=("Upload-Checksum",)),
    Mutant(
        "tus-creates-with-bytes-and-ends",
        "ends nothing",
        f"DELETE {TUS}",
        method="HEAD",
        status=only_for(200, 204),
    ),
    Mutant(
        "tus-creates-with-bytes-and-ends",
        "the first bytes are lost",
        f"POST {TUS}",
        headers={"Upload-Offset": "0"},
    ),
    Mutant("tus-odd-requests", "breaks at a length", f"POST {TUS}", status=only_for(400, 500)),
    Mutant(
        "direct-upload", "never complete", "POST .*/complete/", told=with_members(status="pending")
    ),
    Mutant(
        "direct-upload",
        "complete while nothing is there",
        "POST .*/complete/",
        status=only_for(409, 200),
    ),
    Mutant(
        "direct-upload-verified",
        "announced is enough",
        code="uploads.direct:verified",
        instead=announced_is_enough,
    ),
    Mutant("covers", "point at nothing", code="books.handlers:clear_covers", instead=nothing),
]
