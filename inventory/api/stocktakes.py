"""Stocktakes for scripts and scanners."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.idempotency import HEADER
from core.api.paging import PageLimitPagination
from inventory import operations, queries
from inventory.models import Stocktake, StocktakeLine
from inventory.operations.ledger import HIGHEST


class StocktakeSerializer(serializers.ModelSerializer[Stocktake]):
    """A count of a warehouse or of some of what lies there."""

    number = serializers.CharField(source="label")
    warehouse_code = serializers.CharField(source="warehouse.code")

    class Meta:
        model = Stocktake
        fields = [
            "id", "number", "warehouse_code", "stage", "selection", "note", "started_at",
            "closed_at",
        ]  # fmt: skip


class StocktakeLineSerializer(serializers.ModelSerializer[StocktakeLine]):
    """``book`` is what the ledger had when the line was counted; ``change`` what was booked."""

    product_code = serializers.CharField(source="product.code")
    difference = serializers.IntegerField(allow_null=True)

    class Meta:
        model = StocktakeLine
        fields = [
            "product_id", "product_code", "expected", "book", "counted", "difference", "moved",
            "counted_at", "outcome", "change",
        ]  # fmt: skip


class NewStocktakeSerializer(serializers.Serializer[dict[str, Any]]):
    warehouse_code = serializers.CharField(max_length=60, required=False, default="")
    product_ids = serializers.ListField(
        child=serializers.IntegerField(), required=False, allow_null=True, default=None,
        max_length=10_000, help_text="Only these; the whole warehouse if left out",
    )  # fmt: skip
    only_stocked = serializers.BooleanField(default=False)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class CountSerializer(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField(max_length=100, help_text="Code or EAN, as scanned")
    pieces = serializers.IntegerField(min_value=0, max_value=HIGHEST, default=1)
    add = serializers.BooleanField(
        default=True, help_text="Add to what was counted; false: so many in all"
    )


class PostSerializer(serializers.Serializer[dict[str, Any]]):
    uncounted_is_zero = serializers.BooleanField(default=False)


class StocktakesView(OrganizationAPIView):
    """Counts of the organization."""

    pagination_class = PageLimitPagination

    @extend_schema(tags=["Stock"], responses=StocktakeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Stocktakes, newest first."""
        found = queries.stocktakes_of(organization=self.organization)
        return PageLimitPagination.answer(request, found, StocktakeSerializer)

    @extend_schema(
        tags=["Stock"], request=NewStocktakeSerializer, responses={201: StocktakeSerializer}
    )
    def post(self, request: Request) -> Response:
        """Begin a count; what the ledger expects is noted at once."""
        wanted = NewStocktakeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        warehouse = operations.warehouse_by_code(
            organization_id=self.organization.pk, code=values.pop("warehouse_code")
        )
        if warehouse is None:
            raise Http404
        begun = operations.start_stocktake(
            warehouse=warehouse, actor=self.actor, now=timezone.now(), **values
        )
        return Response(StocktakeSerializer(begun).data, status=status.HTTP_201_CREATED)


class StocktakeView(OrganizationAPIView):
    """One stocktake."""

    @extend_schema(tags=["Stock"], responses=StocktakeSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """The stocktake as it is now; its stage is POSTED when every difference is booked."""
        return Response(StocktakeSerializer(self.stocktake(pk)).data)

    def stocktake(self, pk: str) -> Stocktake:
        return get_object_or_404(queries.stocktakes_of(organization=self.organization), pk=pk)


class StocktakeLinesView(StocktakeView):
    """What is counted."""

    pagination_class = PageLimitPagination

    @extend_schema(
        tags=["Stock"],
        responses=StocktakeLineSerializer(many=True),
        parameters=[OpenApiParameter("only", str, enum=list(queries.LINE_FILTERS))],
    )
    def get(self, request: Request, pk: str) -> Response:
        """The lines, with what was expected and counted."""
        found = queries.lines_of(
            stocktake=self.stocktake(pk), only=request.query_params.get("only", "")
        )
        return PageLimitPagination.answer(request, found, StocktakeLineSerializer)


class StocktakeCountView(StocktakeView):
    http_method_names = ["post", "options"]

    @extend_schema(tags=["Stock"], request=CountSerializer, responses=StocktakeLineSerializer)
    def post(self, request: Request, pk: str) -> Response:
        """One scan; ``Idempotency-Key`` makes it count once."""
        stocktake, wanted = self.stocktake(pk), CountSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        line = operations.count_line(
            stocktake=stocktake,
            product=queries.product_by_code(
                organization=self.organization, text=values.pop("code")
            ),
            actor=self.actor,
            now=timezone.now(),
            key=(request.headers.get(HEADER) or uuid.uuid4().hex)[:40],
            **values,
        )
        return Response(StocktakeLineSerializer(line).data)


class StocktakePostView(StocktakeView):
    http_method_names = ["post", "options"]

    @extend_schema(tags=["Stock"], request=PostSerializer, responses={202: StocktakeSerializer})
    def post(self, request: Request, pk: str) -> Response:
        """Have the differences booked; the work is done in the background."""
        stocktake, wanted = self.stocktake(pk), PostSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = operations.request_post(
            stocktake=stocktake,
            actor=self.actor,
            now=timezone.now(),
            **wanted.validated_data,
        )
        return Response(StocktakeSerializer(asked).data, status=status.HTTP_202_ACCEPTED)


class StocktakeDiscardView(StocktakeView):
    http_method_names = ["post", "options"]

    @extend_schema(tags=["Stock"], request=None, responses=StocktakeSerializer)
    def post(self, request: Request, pk: str) -> Response:
        """Give the count up; no stock changes."""
        done = operations.discard_stocktake(
            stocktake=self.stocktake(pk), actor=self.actor, now=timezone.now()
        )
        return Response(StocktakeSerializer(done).data)
