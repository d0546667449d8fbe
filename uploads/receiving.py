"""A file in a form, from the socket into a part: hashed as it passes, never whole in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend_practice.http.problems import UNSUPPORTED_MEDIA_TYPE, MalformedRequest, ProblemOfKind
from uploads import quota
from uploads.names import cleaned
from uploads.parts import Part, open_to_append, room_or_problem

FIELD = "file"
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Received:
    """What came in a form."""

    part: Part
    name: str
    sha256: str


def receive_form(request: HttpRequest, part: Part) -> Received:
    """Read the form's one file into the part.

    Raises `TooLarge` as soon as it is known, `MalformedRequest` for half a
    body, a validation error for another form than this.
    """
    if request.content_type != "multipart/form-data":
        detail = "Send the file as multipart/form-data, in the field `file`."
        raise ProblemOfKind(UNSUPPORTED_MEDIA_TYPE, detail)
    body = CountedBody(request)
    handler = IntoPart(part)
    try:
        parser = FormParser(request.META, body, [handler], "utf-8")  # type: ignore[arg-type]
        with room_or_problem():
            fields, _ = parser.parse()
    except MultiPartParserError as error:
        raise MalformedRequest(f"The form cannot be read: {error}") from error
    finally:
        handler.close()
    body.check_end()
    refuse_others(fields)
    if handler.name is None:
        raise invalid("required", "There is no file in the field `file`.")
    return Received(part, handler.name, part.digest.hexdigest())


def refuse_early(request: HttpRequest, owner_id: Any) -> None:
    """Raise `TooLarge` where the declared length alone says that the file has no chance."""
    declared = declared_length(request)
    if declared is not None:
        quota.refuse_early(owner_id, max(0, declared - settings.MULTIPART_OVERHEAD))


def declared_length(request: HttpRequest) -> int | None:
    """How long the body is; None for one in chunks."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return None
    return int(request.META.get("CONTENT_LENGTH") or 0)


def body_chunks(request: HttpRequest) -> Iterator[bytes]:
    """A body that is the file itself, piece by piece. Raises `MalformedRequest` for half of one."""
    body = CountedBody(request)
    while chunk := body.read(CHUNK):
        yield chunk
    body.check_end()


class CountedBody:
    """The request's body, which must be as long as it says."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.declared = declared_length(request)
        self.received = 0

    def read(self, size: int = CHUNK) -> bytes:
        chunk: bytes = self.request.read(size)
        self.received += len(chunk)
        return chunk

    def check_end(self) -> None:
        if self.declared is not None and self.received < self.declared:
            raise MalformedRequest("The body ended before its declared length.")


class FormParser(MultiPartParser):
    """Django's, for which a name is what the client says: `a&amp;b.txt` is no `a&b.txt`.

    A quotation mark comes as `%22`: browsers write it so (the HTML standard's form data).
    """

    def sanitize_file_name(self, file_name: str) -> str | None:
        return file_name.replace("%22", '"') or None

    IE_sanitize = sanitize_file_name


class IntoPart(FileUploadHandler):
    """Django's way to take a file from a form as it comes, without keeping it anywhere else."""

    chunk_size = CHUNK

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.part = part
        self.name: str | None = None
        self.size = 0
        self.output: Any = None

    def new_file(self, field_name: str, file_name: str, *args: Any, **options: Any) -> None:
        super().new_file(field_name, file_name, *args, **options)
        if field_name != FIELD:
            raise invalid("unknown", "There is no such member.", field=field_name)
        if self.name is not None:
            raise invalid("repeated", "Send one file at a time.")
        self.name = cleaned(file_name)
        self.output = open_to_append(self.part.path)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.size > settings.MAX_UPLOAD_BYTES:
            raise quota.upload_too_large()
        self.output.write(raw_data)
        self.part.digest.update(raw_data)

    def file_complete(self, file_size: int) -> None:
        return None

    def close(self) -> None:
        if self.output is not None:
            self.output.close()


def refuse_others(fields: Any) -> None:
    """Raise for members beside the file; the token of a form may stand there."""
    others = set(fields) - {"csrfmiddlewaretoken"}
    if FIELD in others:
        raise invalid("invalid", "This is a text, and no file: it has no file name.")
    if others:
        raise invalid("unknown", "There is no such member.", field=min(others)[:200])


def invalid(code: str, detail: str, *, field: str = FIELD) -> ValidationError:
    """A validation error of one field."""
    return ValidationError({field: [ErrorDetail(detail, code)]})
