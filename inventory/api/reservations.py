"""Reservations for shops and scripts: made only when the pieces are there, gone when nobody confirms."""

from __future__ import annotations

import uuid
from datetime import timedelta
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
from inventory.enums import HoldState
from inventory.models import Hold
from inventory.operations.ledger import HIGHEST
from products.models import Product

LONGEST = timedelta(days=30)
USUAL = timedelta(minutes=15)


class HoldSerializer(serializers.ModelSerializer[Hold]):
    """Pieces kept for somebody; ``expiresAt`` null means until it is confirmed or released."""

    product_code = serializers.CharField(source="product.code")
    warehouse_code = serializers.CharField(source="warehouse.code", default=None)

    class Meta:
        model = Hold
        fields = [
            "id", "product_id", "product_code", "quantity", "warehouse_code", "state", "reference",
            "expires_at", "created_at", "settled_at",
        ]  # fmt: skip


class NewHoldSerializer(serializers.Serializer[dict[str, Any]]):
    product_id = serializers.IntegerField(required=False)
    product_code = serializers.CharField(
        required=False, help_text="Instead of ``productId``: the seller's own code"
    )
    quantity = serializers.IntegerField(min_value=1, max_value=HIGHEST)
    warehouse_code = serializers.CharField(
        required=False, default="", help_text="Any open warehouse if left out"
    )
    reference = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    expires_in_seconds = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=int(USUAL.total_seconds()),
        min_value=1,
        max_value=int(LONGEST.total_seconds()),
        help_text="15 minutes if left out; null: until confirmed or released",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if ("product_id" in values) == ("product_code" in values):
            raise serializers.ValidationError({"product_id": ["Give productId or productCode."]})
        return values


class HoldListView(OrganizationAPIView):
    """Reservations of the organization."""

    pagination_class = PageLimitPagination

    @extend_schema(
        tags=["Stock"],
        operation_id="reservations_list",
        responses=HoldSerializer(many=True),
        parameters=[
            OpenApiParameter("state", str, enum=HoldState.values),
            OpenApiParameter("productId", int),
        ],
    )
    def get(self, request: Request) -> Response:
        """Reservations made here, newest first. What orders reserve is not among them."""
        wanted = request.query_params.get("productId", "")
        found = queries.holds_of(
            organization=self.organization,
            state=request.query_params.get("state", ""),
            product_id=int(wanted) if wanted.isdecimal() and len(wanted) < 18 else None,
        )
        return PageLimitPagination.answer(request, found, HoldSerializer)

    @extend_schema(
        tags=["Stock"],
        operation_id="reservations_create",
        request=NewHoldSerializer,
        responses={201: HoldSerializer},
    )
    def post(self, request: Request) -> Response:
        """Keep pieces: 409 ``not_enough_stock`` with ``errors.available`` when fewer are free."""
        wanted = NewHoldSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values, now = wanted.validated_data, timezone.now()
        seconds = values["expires_in_seconds"]
        hold = operations.reserve_strictly(
            organization_id=self.organization.pk,
            product_id=self._product_id(values),
            quantity=values["quantity"],
            key=f"api:{request.headers.get(HEADER) or uuid.uuid4()}"[:160],
            reference=values["reference"],
            expires_at=now + timedelta(seconds=seconds) if seconds else None,
            warehouse_id=self._warehouse_id(values["warehouse_code"]),
            actor=self.actor,
            now=now,
        )
        return Response(HoldSerializer(hold).data, status=status.HTTP_201_CREATED)

    def _product_id(self, values: dict[str, Any]) -> int:
        if "product_id" in values:
            return int(values["product_id"])
        products = Product.objects.for_organization(self.organization)
        return int(get_object_or_404(products, code=values["product_code"]).pk)

    def _warehouse_id(self, code: str) -> int | None:
        if not code:
            return None
        found = operations.warehouse_by_code(organization_id=self.organization.pk, code=code)
        if found is None:
            raise Http404
        return int(found.pk)


class _HoldView(OrganizationAPIView):
    def hold(self, pk: str) -> Hold:
        return get_object_or_404(queries.holds_of(organization=self.organization), pk=pk)


class HoldView(_HoldView):
    """One reservation."""

    @extend_schema(tags=["Stock"], operation_id="reservations_read", responses=HoldSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """The reservation as it is now."""
        return Response(HoldSerializer(self.hold(pk)).data)


class HoldReleaseView(_HoldView):
    """Giving the pieces back."""

    @extend_schema(
        tags=["Stock"], operation_id="reservations_release", request=None, responses=HoldSerializer
    )
    def post(self, request: Request, pk: str) -> Response:
        """Give the pieces back; once more is the same, 409 after they were sold."""
        operations.release_hold(hold=self.hold(pk), actor=self.actor, now=timezone.now())
        return Response(HoldSerializer(self.hold(pk)).data)


class HoldConfirmView(_HoldView):
    """Selling the pieces."""

    @extend_schema(
        tags=["Stock"], operation_id="reservations_confirm", request=None, responses=HoldSerializer
    )
    def post(self, request: Request, pk: str) -> Response:
        """The pieces are sold and leave the shelf; 409 once they are not kept any more."""
        operations.confirm_hold(hold=self.hold(pk), actor=self.actor, now=timezone.now())
        return Response(HoldSerializer(self.hold(pk)).data)
