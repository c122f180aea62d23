"""Warehouses; shops call them stores, so the same resource answers under both names."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PageLimitPagination
from core.row_ids import row_id
from inventory import operations, queries
from inventory.api.serializers import (
    AvailabilitySerializer,
    ChangeWarehouseSerializer,
    WarehouseSerializer,
    WriteWarehouseSerializer,
)
from inventory.models import Warehouse


class WarehousesView(OrganizationAPIView):
    """The places stock lies in."""

    pagination_class = PageLimitPagination

    @extend_schema(tags=["Stock"], responses=WarehouseSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every warehouse, the default one first."""
        found = queries.all_warehouses(organization=self.organization)
        return PageLimitPagination.answer(request, found, WarehouseSerializer)

    @extend_schema(
        tags=["Stock"], request=WriteWarehouseSerializer, responses={201: WarehouseSerializer}
    )
    def post(self, request: Request) -> Response:
        """A new open warehouse; 409 when its code is taken."""
        wanted = WriteWarehouseSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        made = operations.add_warehouse(
            organization_id=self.organization.pk,
            actor=self.actor,
            now=timezone.now(),
            **wanted.validated_data,
        )
        return Response(WarehouseSerializer(made).data, status=status.HTTP_201_CREATED)


class _WarehouseView(OrganizationAPIView):
    def warehouse(self, pk: str) -> Warehouse:
        places = queries.all_warehouses(organization=self.organization)
        return get_object_or_404(places, pk=pk)


class WarehouseView(_WarehouseView):
    """One warehouse."""

    @extend_schema(tags=["Stock"], responses=WarehouseSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """The warehouse as it is now."""
        return Response(WarehouseSerializer(self.warehouse(pk)).data)

    @extend_schema(tags=["Stock"], request=ChangeWarehouseSerializer, responses=WarehouseSerializer)
    def patch(self, request: Request, pk: str) -> Response:
        """Rename, close, open or make the default one; 409 ``warehouse_refused`` says why not."""
        found, wanted = self.warehouse(pk), ChangeWarehouseSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        self._change(found, values)
        return Response(WarehouseSerializer(self.warehouse(pk)).data)

    def _change(self, found: Warehouse, values: dict[str, Any]) -> None:
        by: dict[str, Any] = {"warehouse": found, "actor": self.actor, "now": timezone.now()}
        if "name" in values or "code" in values:
            operations.change_warehouse(
                name=values.get("name", found.name), code=values.get("code", found.code), **by
            )
        if values.get("is_default"):
            operations.make_default(**by)
        if "active" in values:
            operations.set_open(is_open=values["active"], **by)


class WarehouseAvailabilityView(_WarehouseView):
    """What a place has."""

    pagination_class = PageLimitPagination

    @extend_schema(
        tags=["Stock"],
        responses=AvailabilitySerializer(many=True),
        parameters=[
            OpenApiParameter("productId", int),
            OpenApiParameter("search", str, description="In code, name, EAN"),
        ],
    )
    def get(self, request: Request, pk: str) -> Response:
        """The products that lie there: on hand, reserved, available. A closed place lists them too."""
        levels = queries.levels_of(
            organization=self.organization,
            search=request.query_params.get("search", "")[:100],
            warehouse_id=self.warehouse(pk).pk,
        )
        if wanted := request.query_params.get("productId", ""):
            levels = levels.filter(product_id=row_id(wanted))
        return PageLimitPagination.answer(request, levels, AvailabilitySerializer)
