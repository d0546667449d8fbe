"""Jobs over HTTP: ask, look, stop, start again, watch. All of it for their owners alone."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.conditional import not_modified, with_etag
from backend_practice.http.pagination import Ordering, each, page_response
from backend_practice.http.query import read_query
from backend_practice.http.renderers import JSONRenderer
from backend_practice.http.schema import page_of
from backend_practice.http.views import ApiView
from jobs import services
from jobs.elsewhere import kinds_everywhere
from jobs.etags import job_etag
from jobs.models import Job
from jobs.selectors import jobs_of
from jobs.serializers import JobQuery, JobSerializer, KindListSerializer, KindSerializer
from jobs.stream import EVENT_STREAM, read_last_event_id, stream_of

JobPage = page_of(JobSerializer)
NEWEST_FIRST = Ordering("pk", descending=True)


def job_response(request: Request, job: Job, **options: Any) -> Response:
    """One job with its ETag."""
    return with_etag(request, Response(JobSerializer(job).data, **options), job_etag(job))


class Jobs(ApiView):
    """One's own jobs, the newest first."""

    @extend_schema(operation_id="jobs_list", parameters=[JobQuery], responses=JobPage)
    def get(self, request: Request) -> Response:
        query = read_query(request, JobQuery)
        wanted = {name: query[name] for name in ("state", "kind") if name in query}
        return page_response(
            request,
            jobs_of(request.user).filter(**wanted),
            ordering=NEWEST_FIRST,
            query=query,
            represent=each(JobSerializer()),
        )

    @extend_schema(request=JobSerializer, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        serializer = JobSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        job = services.accept_job(owner=request.user, **serializer.validated_data)
        location = request.build_absolute_uri(reverse("job", args=[job.pk]))
        return job_response(
            request, job, status=status.HTTP_202_ACCEPTED, headers={"Location": location}
        )


class Kinds(ApiView):
    """What can be done in the background, with a JSON Schema of what each kind takes."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="job_kinds_list", responses=KindListSerializer)
    def get(self, request: Request) -> Response:
        kinds = [KindSerializer(kind).data for kind in kinds_everywhere()]
        return Response({"next": None, "previous": None, "results": kinds})


class JobDetail(ApiView):
    """One job: how far it is, and what came of it."""

    @extend_schema(responses=JobSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        job = get_object_or_404(jobs_of(request.user), pk=job_id)
        return not_modified(request, job_etag(job)) or job_response(request, job)


class Cancel(ApiView):
    """Stops a job: at once before its start, else where it next looks. Twice is as once."""

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, job_id: UUID) -> Response:
        job = services.cancel_job(get_object_or_404(jobs_of(request.user), pk=job_id))
        return job_response(request, job, status=status.HTTP_202_ACCEPTED)


class Retry(ApiView):
    """Does a failed or cancelled job again, with the same input."""

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, job_id: UUID) -> Response:
        job = services.retry_job(get_object_or_404(jobs_of(request.user), pk=job_id))
        return job_response(request, job, status=status.HTTP_202_ACCEPTED)


class AnyForm(BaseContentNegotiation):
    """A stream has one form, whatever is accepted; its errors are problems."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0] if parsers else None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return JSONRenderer(), JSONRenderer.media_type


class JobEvents(ApiView):
    """What happens to a job, as it happens: server-sent events until its end.

    `state`, `progress` and `log`, each with an id. A client that comes back with
    `Last-Event-ID` misses no state and no line of the log; 204 says that the job
    has ended and there is nothing it has not seen.
    """

    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="job_events_list",
        parameters=[
            OpenApiParameter(
                "Last-Event-ID",
                int,
                OpenApiParameter.HEADER,
                description="The id of the last event that arrived.",
            )
        ],
        responses={
            (200, EVENT_STREAM): OpenApiResponse(OpenApiTypes.STR, "Server-sent events."),
            204: OpenApiResponse(None, "The job has ended, and all of it has been told."),
        },
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponseBase:
        job = get_object_or_404(jobs_of(request.user), pk=job_id)
        last = read_last_event_id(request, newest=job.version)
        if job.has_ended and last >= job.version:
            return Response(status=status.HTTP_204_NO_CONTENT)
        response = StreamingHttpResponse(
            stream_of(job.pk, after=last, request=request), content_type=EVENT_STREAM
        )
        response["Cache-Control"] = "no-store"
        response["X-Accel-Buffering"] = "no"  # nginx would hold back what is to be seen now
        return response
