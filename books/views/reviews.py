"""Reviews, below their book: under another book they are not found."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.conditional import not_modified, precondition, with_etag
from backend_practice.http.pagination import Ordering, PageQuery, each, page_response
from backend_practice.http.query import read_query
from backend_practice.http.schema import page_of
from backend_practice.http.views import ApiView
from books import services
from books.etags import review_etag
from books.models import Book, Review
from books.selectors import reviews_of
from books.serializers import ReviewSerializer

ReviewPage = page_of(ReviewSerializer)
NEWEST_FIRST = Ordering("created_at", descending=True)


def review_response(request: Request, review: Review, **options: Any) -> Response:
    """One review with its ETag."""
    response = Response(ReviewSerializer(review).data, **options)
    return with_etag(request, response, review_etag(review))


class BookReviews(ApiView):
    """What readers think of a book; one review a reader and book."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="reviews_list", parameters=[PageQuery], responses=ReviewPage)
    def get(self, request: Request, book_id: int) -> Response:
        query = read_query(request, PageQuery)
        get_object_or_404(Book.objects.only("pk"), pk=book_id)
        return page_response(
            request,
            reviews_of(book_id),
            ordering=NEWEST_FIRST,
            query=query,
            represent=each(ReviewSerializer()),
        )

    @extend_schema(
        operation_id="reviews_create", request=ReviewSerializer, responses={201: ReviewSerializer}
    )
    def post(self, request: Request, book_id: int) -> Response:
        serializer = ReviewSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        review = services.add_review(book_id, owner=request.user, **serializer.validated_data)
        location = request.build_absolute_uri(reverse("review", args=[book_id, review.pk]))
        headers = {"Location": location}
        return review_response(request, review, status=status.HTTP_201_CREATED, headers=headers)


class ReviewDetail(ApiView):
    """One review. Its owner and staff may change it."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="reviews_retrieve", responses=ReviewSerializer)
    def get(self, request: Request, book_id: int, review_id: int) -> Response:
        review = get_object_or_404(reviews_of(book_id), pk=review_id)
        unchanged = not_modified(request, review_etag(review))
        return unchanged or review_response(request, review)

    @extend_schema(
        operation_id="reviews_update", request=ReviewSerializer, responses=ReviewSerializer
    )
    def put(self, request: Request, book_id: int, review_id: int) -> Response:
        return self._change(request, book_id, review_id, partial=False)

    @extend_schema(
        operation_id="reviews_partial_update",
        request=ReviewSerializer(partial=True),
        responses=ReviewSerializer,
    )
    def patch(self, request: Request, book_id: int, review_id: int) -> Response:
        return self._change(request, book_id, review_id, partial=True)

    @extend_schema(operation_id="reviews_destroy", responses={204: None})
    def delete(self, request: Request, book_id: int, review_id: int) -> Response:
        services.delete_review(
            book_id, review_id, by=request.user, precondition=precondition(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _change(self, request: Request, book_id: int, review_id: int, *, partial: bool) -> Response:
        serializer = ReviewSerializer(data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        review = services.change_review(
            book_id,
            review_id,
            by=request.user,
            precondition=precondition(request),
            changes=serializer.validated_data,
        )
        return review_response(request, review)
