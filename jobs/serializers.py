"""What comes in about jobs, and what goes out."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from backend_practice.http.fields import StrictSerializer, TextField
from backend_practice.http.pagination import PageQuery
from jobs.kinds import Kind
from jobs.models import Job, State

FURTHEST = timedelta(days=366)


class JobSerializer(StrictSerializer):
    """Work in the background."""

    id = serializers.UUIDField(read_only=True)
    kind = TextField(max_length=100, help_text="One of `jobs/kinds/`.")
    params = serializers.DictField(default=dict, help_text="As the kind's schema has it.")
    run_at = serializers.DateTimeField(
        required=False, help_text="Not before this time; now unless told."
    )
    state = serializers.ChoiceField(State.choices, read_only=True)
    progress = serializers.FloatField(read_only=True, min_value=0, max_value=1)
    message = serializers.CharField(read_only=True, help_text="How far it is, in words.")
    result = serializers.JSONField(read_only=True, allow_null=True, help_text="What came of it.")
    error = serializers.DictField(
        read_only=True,
        allow_null=True,
        child=serializers.CharField(),
        help_text="`code` and `detail` of the last attempt that failed.",
    )
    attempts = serializers.IntegerField(read_only=True, help_text="How often it was started.")
    owner = serializers.UUIDField(read_only=True, allow_null=True, help_text="A user's id.")
    created_at = serializers.DateTimeField(read_only=True)
    started_at = serializers.DateTimeField(read_only=True, allow_null=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def validate_run_at(self, value: Any) -> Any:
        if value > timezone.now() + FURTHEST:
            raise serializers.ValidationError("At most a year from now.", code="max_value")
        return value

    def to_representation(self, instance: Job) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "kind": instance.kind,
            "params": instance.params,
            "run_at": instance.run_at,
            "state": instance.state,
            "progress": instance.progress,
            "message": instance.message,
            "result": instance.result,
            "error": instance.error,
            "attempts": instance.attempts,
            "owner": instance.owner_id,
            "created_at": instance.created_at,
            "started_at": instance.started_at,
            "finished_at": instance.finished_at,
        }


class JobQuery(PageQuery):
    """The query parameters of the list of jobs."""

    state = serializers.ChoiceField(State.choices, required=False)
    kind = serializers.CharField(required=False, max_length=100)


class KindSerializer(serializers.Serializer[Kind]):
    """A kind of job."""

    name = serializers.CharField()
    title = serializers.CharField()
    requestable = serializers.BooleanField(help_text="Whether clients may ask for it.")
    attempts = serializers.IntegerField(help_text="After which a failure is final.")
    time_limit = serializers.IntegerField(help_text="Of one attempt, in seconds.")
    params = serializers.DictField(help_text="A JSON Schema (2020-12).")


class KindListSerializer(serializers.Serializer[Any]):
    """All of them on one page."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = KindSerializer(many=True)
