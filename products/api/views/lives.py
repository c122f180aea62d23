"""A product's life: its history, taking a change back, archiving and restoring it."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from products import operations
from products.api.serializers.lives import ChangeSerializer, SupplierPriceSerializer
from products.api.serializers.products import ProductSerializer
from products.enums import ChangeSource
from products.models import Product, ProductChange
from products.origin import BY_API
from products.queries import changes_of
from products.queries.suppliers import offers_of_suppliers


class OneProductView(OrganizationAPIView):
    """A view of what belongs to one product."""

    def product(self, pk: str) -> Product:
        """The organization's product; 404 when there is none."""
        found: Product = get_object_or_404(
            Product.objects.for_organization(self.organization), pk=pk
        )
        return found


class HistoryView(OneProductView):
    """Every change of a product."""

    @extend_schema(
        operation_id="products_history",
        tags=["products"],
        parameters=[
            *PAGING,
            OpenApiParameter("field", OpenApiTypes.STR, description="Only this field"),
            OpenApiParameter("source", OpenApiTypes.STR, enum=ChangeSource.values),
        ],
        responses=ChangeSerializer(many=True),
    )
    def get(self, request: Request, pk: str) -> Response:
        """Changes, newest first: who, when, through what, before and after."""
        changes = changes_of(
            product=self.product(pk),
            name=request.query_params.get("field", ""),
            source=request.query_params.get("source", ""),
        )
        return PageLimitPagination.answer(request, changes, ChangeSerializer)


class UndoChangeView(OrganizationAPIView):
    """One change, taken back."""

    @extend_schema(
        operation_id="products_change_undo",
        tags=["products"],
        request=None,
        responses=ProductSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Give the field its value of before, unless it was changed since."""
        changes = ProductChange.objects.for_organization(self.organization)
        change = get_object_or_404(changes.select_related("product"), pk=pk)
        product = operations.undo_change(change=change, actor=self.actor, now=timezone.now())
        return Response(ProductSerializer(product).data)


class ArchiveView(OneProductView):
    """Out of the lists."""

    @extend_schema(
        operation_id="products_archive",
        tags=["products"],
        request=None,
        responses=ProductSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Archive the product; its stock, offers and history stay. Doing it twice does no harm."""
        product = operations.archive_product(
            product=self.product(pk), actor=self.actor, now=timezone.now(), origin=BY_API
        )
        return Response(ProductSerializer(product).data)


class RestoreView(OneProductView):
    """Back into the lists."""

    @extend_schema(
        operation_id="products_restore",
        tags=["products"],
        request=None,
        responses=ProductSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Bring an archived product back. Doing it twice does no harm."""
        product = operations.restore_product(
            product=self.product(pk), actor=self.actor, now=timezone.now(), origin=BY_API
        )
        return Response(ProductSerializer(product).data)


class SuppliersView(OneProductView):
    """What suppliers ask and have of a product."""

    @extend_schema(
        operation_id="products_suppliers",
        tags=["products"],
        responses=SupplierPriceSerializer(many=True),
    )
    def get(self, request: Request, pk: str) -> Response:
        """Every supplier's price and stock, the cheapest of each currency first."""
        rows = [
            {"cheapest": offer.cheapest, "row": offer.row}
            for offer in offers_of_suppliers(product=self.product(pk))
        ]
        return Response(SupplierPriceSerializer(rows, many=True).data)
