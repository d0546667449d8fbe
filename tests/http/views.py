"""Views that exercise the package, without any app of the site."""

import threading

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response

from backend_practice.http import problems
from backend_practice.http.conditional import not_modified, precondition, with_etag
from backend_practice.http.fields import StrictSerializer, TextField
from backend_practice.http.pagination import Ordering, PageQuery, page_response
from backend_practice.http.query import read_query
from backend_practice.http.schema import page_of
from backend_practice.http.views import ApiView

SECRET = "the key lies under the mat"
ETAG = '"v1"'

ERRORS = {
    "malformed": lambda: problems.MalformedRequest("The third byte is odd."),
    "conflict": lambda: problems.Conflict("The name is taken.", pointer="/name"),
    "stale": lambda: problems.PreconditionFailed("It has changed."),
    "too-large": lambda: problems.TooLarge("That is too much.", name="MAX_BODY_BYTES", value=9),
    "too-many": lambda: problems.TooManyRequests("Slower.", name="RATE", value=5, retry_after=7),
    "key-reused": lambda: problems.KeyReused("Another request had this key."),
    "still-running": lambda: problems.StillRunning("The first still runs."),
    "unavailable": lambda: problems.Unavailable("The printer is on fire.", retry_after=9),
    "gone": lambda: problems.ProblemOfKind(problems.GONE),
    "locked": lambda: problems.Locked("Somebody else is at it."),
    "no-room": lambda: problems.InsufficientStorage("The disk is full."),
    "bad-content": lambda: problems.UnsupportedContent("No.", pointer="/file", code="type"),
    "bad-checksum": lambda: problems.ProblemOfKind(problems.CHECKSUM_MISMATCH),
    "bad-range": lambda: problems.ProblemOfKind(problems.RANGE_NOT_SATISFIABLE, "It ends before."),
    "invalid": lambda: exceptions.ValidationError({"name": ["Too short."]}),
    "not-authenticated": exceptions.NotAuthenticated,
    "bad-credentials": exceptions.AuthenticationFailed,
    "wrong-password": lambda: problems.ProblemOfKind(problems.NOT_AUTHENTICATED, "Try again."),
    "forbidden": exceptions.PermissionDenied,
    "django-forbidden": PermissionDenied,
    "not-found": exceptions.NotFound,
    "django-not-found": Http404,
    "method": lambda: exceptions.MethodNotAllowed("GET"),
    "not-acceptable": exceptions.NotAcceptable,
    "media-type": lambda: exceptions.UnsupportedMediaType("text/plain"),
    "throttled": lambda: exceptions.Throttled(wait=3),
    "body-too-big": lambda: RequestDataTooBig("The body exceeded the setting."),
    "suspicious": lambda: SuspiciousOperation(SECRET),
    "bad-request": lambda: BadRequest(SECRET),
    "aborted": lambda: UnreadablePostError(SECRET),
    "database-away": lambda: OperationalError(SECRET),
    "connection-closed": lambda: InterfaceError(SECRET),
    "crash": lambda: RuntimeError(SECRET),
}


class Raise(ApiView):
    """Raises the error with this name."""

    permission_classes = [AllowAny]

    def get(self, request, name):
        raise ERRORS[name]()


@require_safe
def raise_in_plain_view(request, name):
    raise ERRORS[name]()


class Odd(exceptions.APIException):
    status_code = 418
    default_detail = "Short and stout."


class Echo(ApiView):
    """Gives back what it was sent, to anybody."""

    permission_classes = [AllowAny]

    def get(self, request):
        return Response({"hello": "World"})

    def post(self, request):
        return Response(request.data, status=201)

    put = patch = post

    def delete(self, request):
        return Response(status=204)


class Private(ApiView):
    """For users only."""

    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response({"id": str(request.user.pk)})

    post = get


class GroupSerializer(StrictSerializer):
    name = TextField(max_length=20)


class Groups(ApiView):
    """A POST with an effect: a group."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=GroupSerializer, responses={201: GroupSerializer})
    def post(self, request):
        serializer = GroupSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            with transaction.atomic():
                group = Group.objects.create(name=serializer.validated_data["name"])
        except IntegrityError as error:
            raise problems.Conflict("The name is taken.", pointer="/name") from error
        headers = {"Location": reverse("echo"), "ETag": ETAG}
        return Response({"name": group.name, "id": group.pk}, status=201, headers=headers)


class GroupThenError(ApiView):
    """A POST whose effect is followed by an error."""

    permission_classes = [IsAuthenticated]

    def post(self, request, name):
        Group.objects.create(name="half done")
        raise ERRORS[name]()


class GroupThenStream(ApiView):
    """A POST whose answer cannot be kept."""

    permission_classes = [IsAuthenticated]

    def post(self, request):
        Group.objects.create(name="streamed")
        return StreamingHttpResponse([b"a", b"b"])


class SlowGroups(Groups):
    """As `Groups`, but waits inside until `go_on` is set."""

    entered, go_on = threading.Event(), threading.Event()

    def post(self, request):
        self.entered.set()
        assert self.go_on.wait(10)
        return super().post(request)


class GroupTakenOver(Groups):
    """As `Groups`, while somebody else takes over the claim on its key."""

    def post(self, request):
        from backend_practice.http.idempotency import CLAIM
        from backend_practice.http.models import IdempotencyRecord

        for record in IdempotencyRecord.objects.all():
            record.claimed_until += CLAIM
            record.save()
        return super().post(request)


class Versioned(ApiView):
    """A resource whose ETag is `ETAG`."""

    permission_classes = [AllowAny]

    def get(self, request, number):
        return not_modified(request, ETAG) or with_etag(request, Response({"a": 1}), ETAG)

    def put(self, request, number):
        precondition(request)(ETAG)
        return with_etag(request, Response({"a": 2}), '"v2"')

    patch = delete = put


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = get_user_model()
        fields = ("name",)


PersonPage = page_of(PersonSerializer)
ORDERINGS = {
    "name": Ordering("name"),
    "-name": Ordering("name", descending=True),
    "created_at": Ordering("created_at"),
    "-created_at": Ordering("created_at", descending=True),
    "pk": Ordering("pk"),
}


class PeopleQuery(PageQuery):
    ordering = serializers.ChoiceField(list(ORDERINGS), default="name")


class People(ApiView):
    """A list in pages."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="people_list", parameters=[PeopleQuery], responses=PersonPage)
    def get(self, request):
        query = read_query(request, PeopleQuery)
        return page_response(
            request,
            get_user_model().objects.all(),
            ordering=ORDERINGS[query["ordering"]],
            query=query,
            represent=lambda rows: PersonSerializer(rows, many=True).data,
        )


class GroupPages(ApiView):
    """Another list, in the order of a column with the same name."""

    permission_classes = [AllowAny]

    def get(self, request):
        query = read_query(request, PageQuery)
        return page_response(
            request,
            Group.objects.all(),
            ordering=Ordering("name"),
            query=query,
            represent=lambda rows: [row.name for row in rows],
        )


class Asks(ApiView):
    """Asks the database three times, and nobody who is there."""

    permission_classes = [AllowAny]
    authentication_classes = []

    def get(self, request):
        with connection.cursor() as cursor:
            for _ in range(3):
                cursor.execute("SELECT 1")
        return Response({})


def whoami(request):
    """What the request says of its origin."""
    return JsonResponse(
        {"address": request.META["REMOTE_ADDR"], "scheme": request.scheme, "path": request.path}
    )


def plain(request):
    """Text, the least that a view can be."""
    return HttpResponse("Hello", content_type="text/plain")


def plain_crash(request):
    raise RuntimeError(SECRET)
