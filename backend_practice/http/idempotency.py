"""Idempotency keys: a POST that is sent twice takes effect once.

The claim on a key is committed at once, so that a second request sees it. The
effect and the answer are committed together, so that a process killed between
them leaves either both or neither.
"""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

from backend_practice.http.conf import setting
from backend_practice.http.models import IdempotencyRecord
from backend_practice.http.problems import KeyReused, StillRunning

CLAIM = timedelta(seconds=60)
KEPT_HEADERS = ("Content-Type", "Content-Location", "Location", "ETag", "Allow", "Vary")
# Refusals that say nothing about the request itself: it may be sent again as it is.
NOT_KEPT = {401, 429}

CLAIMS_BETWEEN_SWEEPS, MOST_SWEPT = 100, 1000
_claims = itertools.count()


class ClaimLost(Exception):
    """The request ran for longer than its claim, and another one has taken over."""


def fingerprint(request: HttpRequest, content: bytes | None = None) -> str:
    """What makes two requests the same: method, path with query, media type and body.

    `content` stands for the body where that was streamed. Made with the site's
    secret: a body may hold a password, which nobody should be able to find by
    guessing at what is stored.
    """
    mark = salted_hmac("backend_practice.http.idempotency", "", algorithm="sha256")
    for part in (request.method or "", request.get_full_path(), request.content_type or ""):
        mark.update(part.encode() + b"\0")
    mark.update(request.body if content is None else content)
    return mark.hexdigest()


def answer_once(
    user_id: Any,
    key: str,
    request: HttpRequest,
    answer: Callable[[], HttpResponseBase],
    content: bytes | None = None,
) -> HttpResponseBase:
    """The first answer to this request: made now, or given again.

    `content` stands for the body where that was streamed. Raises `KeyReused` for
    a key that came with another request, `StillRunning` while the first has no
    answer. An answer of 500 or above is not kept.
    """
    mark = fingerprint(request, content)
    record = _find(user_id, key)
    if record is None:
        claimed = _claim(user_id, key, mark)
        if claimed is not None:
            return _run(claimed, answer)
        record = _find(user_id, key)
    if record is None:
        raise StillRunning("The first request with this Idempotency-Key has just ended.")
    if record.fingerprint != mark:
        raise KeyReused("This Idempotency-Key came before with another request.")
    if record.status is not None:
        return _replay(record)
    if not _take_over(record):
        raise StillRunning("The first request with this Idempotency-Key still runs.")
    return _run(record, answer)


def forget_expired() -> int:
    """Delete what is older than `IDEMPOTENCY_HOURS`, a thousand at most; how many were deleted."""
    expired = IdempotencyRecord.objects.filter(created_at__lt=_expiry())
    some = expired.order_by("created_at").values_list("pk", flat=True)[:MOST_SWEPT]
    return IdempotencyRecord.objects.filter(pk__in=list(some)).delete()[0]


def _find(user_id: Any, key: str) -> IdempotencyRecord | None:
    record = IdempotencyRecord.objects.filter(user_id=user_id, key=key).first()
    if record is not None and record.created_at < _expiry():
        record.delete()
        return None
    return record


def _claim(user_id: Any, key: str, mark: str) -> IdempotencyRecord | None:
    """A new record, or None where another request was faster by a moment."""
    if next(_claims) % CLAIMS_BETWEEN_SWEEPS == 0:
        forget_expired()
    now = timezone.now()
    record = IdempotencyRecord(user_id=user_id, key=key, fingerprint=mark)
    record.created_at, record.claimed_until = now, now + CLAIM
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        return None
    return record


def _take_over(record: IdempotencyRecord) -> bool:
    """Claim a record whose first request must have died."""
    now = timezone.now()
    if record.claimed_until > now:
        return False
    until = now + CLAIM
    taken: int = _unanswered(record).update(claimed_until=until)
    record.claimed_until = until
    return taken == 1


def _run(record: IdempotencyRecord, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    is_kept = False
    try:
        with transaction.atomic():
            response = answer()
            if may_be_kept(response):
                _keep(record, response)
            else:
                transaction.set_rollback(response.status_code >= 400)
        is_kept = may_be_kept(response)
    except ClaimLost:
        detail = "This took too long: a repeat with the same Idempotency-Key has taken over."
        raise StillRunning(detail) from None
    finally:
        if not is_kept:
            _unanswered(record).delete()
    return response


def may_be_kept(response: HttpResponseBase) -> bool:
    """Whether a repeat should get this answer again: no stream, and nothing that may pass.

    What says `no-store` holds tokens, which are stored nowhere.
    """
    status = response.status_code
    is_secret = "no-store" in response.headers.get("Cache-Control", "")
    is_whole = isinstance(response, HttpResponse) and not is_secret
    return is_whole and status < 500 and status not in NOT_KEPT


def _keep(record: IdempotencyRecord, response: HttpResponseBase) -> None:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response.headers}
    updated = _unanswered(record).update(
        status=response.status_code,
        headers=headers,
        body=response.content,  # type: ignore[attr-defined]
    )
    if not updated:
        raise ClaimLost


def _unanswered(record: IdempotencyRecord) -> Any:
    """The record as long as it has no answer and our claim on it holds."""
    return IdempotencyRecord.objects.filter(
        pk=record.pk, claimed_until=record.claimed_until, status=None
    )


def _replay(record: IdempotencyRecord) -> HttpResponse:
    response = HttpResponse(bytes(record.body), status=record.status, headers=record.headers)
    response["Idempotent-Replayed"] = "true"
    return response


def _expiry() -> datetime:
    return timezone.now() - timedelta(hours=setting("IDEMPOTENCY_HOURS"))
