"""Uploads as this app's jobs use them: what cannot be had or kept is a reason to refuse."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from backend_practice.files import NoSuchFile, open_upload, store_upload
from backend_practice.http.problems import Problem
from jobs.kinds import JobContext, Refused


def check_upload(params: Mapping[str, Any], owner_id: Any) -> None:
    """Raise a validation error for an upload that is not there, or not this user's."""
    try:
        with open_upload(uuid.UUID(params["upload"]), owner_id=owner_id):
            pass
    except NoSuchFile as error:
        detail = ErrorDetail(str(error), code="does_not_exist")
        raise ValidationError({"params": {"upload": [detail]}}) from error


@contextmanager
def opened(upload_id: str, *, owner_id: Any) -> Iterator[Any]:
    """The upload, to be read. Raises `Refused` where it is not there."""
    try:
        with open_upload(uuid.UUID(upload_id), owner_id=owner_id) as file:
            yield file
    except NoSuchFile as error:
        raise Refused(str(error), code="does_not_exist") from error


def kept(context: JobContext, chunks: Iterable[bytes], *, name: str, content_type: str) -> str:
    """The id of a new upload of the job's owner; the same one in every attempt of the job.

    Raises `Refused` where there is no room for it.
    """
    try:
        upload_id = store_upload(
            chunks,
            owner_id=context.owner_id,
            name=name,
            content_type=content_type,
            upload_id=uuid.uuid5(context.id, content_type),
        )
    except Problem as problem:
        raise Refused(str(problem.detail), code=problem.kind.slug) from problem
    return str(upload_id)
