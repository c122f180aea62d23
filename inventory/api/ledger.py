"""The ledger, what is low, what bundles hold."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PageLimitPagination
from core.row_ids import row_id
from inventory import operations, queries
from inventory.api.serializers import (
    BundleSerializer,
    LowSerializer,
    MovementSerializer,
    WriteBundleSerializer,
)
from inventory.enums import MovementKind
from inventory.operations import BundleItem
from products.models import Product


class MovementsView(OrganizationAPIView):
    """The ledger of stock."""

    pagination_class = PageLimitPagination

    @extend_schema(
        tags=["Stock"],
        responses=MovementSerializer(many=True),
        parameters=[
            OpenApiParameter("productId", int),
            OpenApiParameter("kind", str, enum=MovementKind.values),
            OpenApiParameter("reference", str, description="Number of an order, transfer, count"),
        ],
    )
    def get(self, request: Request) -> Response:
        """Every change of stock with its cause, newest first. Lines are never changed or deleted."""
        wanted = request.query_params.get("productId", "")
        found = queries.movements_of(
            organization=self.organization,
            product_id=row_id(wanted) if wanted else None,
            kind=request.query_params.get("kind", ""),
            reference=request.query_params.get("reference", "")[:120],
        )
        return PageLimitPagination.answer(request, found, MovementSerializer)


class LowView(OrganizationAPIView):
    """Products that run low."""

    pagination_class = PageLimitPagination

    @extend_schema(tags=["Stock"], responses=LowSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What is low, the latest fall first."""
        found = queries.low_of(organization=self.organization)
        return PageLimitPagination.answer(request, found, LowSerializer)


class BundleView(OrganizationAPIView):
    """What a product is made of."""

    @extend_schema(tags=["Stock"], responses=BundleSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """The parts of a bundle; none for an ordinary product."""
        return self._parts(self._product(pk))

    @extend_schema(tags=["Stock"], request=WriteBundleSerializer, responses=BundleSerializer)
    def put(self, request: Request, pk: str) -> Response:
        """Make the product a bundle of exactly these parts, or with none an ordinary one again."""
        product, wanted = self._product(pk), WriteBundleSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        operations.set_bundle(
            product=product,
            items=[
                BundleItem(part["product_id"], part["units"])
                for part in wanted.validated_data["parts"]
            ],
            actor=self.actor,
            now=timezone.now(),
        )
        return self._parts(product)

    def _product(self, pk: str) -> Product:
        return get_object_or_404(Product.objects.for_organization(self.organization), pk=pk)

    def _parts(self, product: Product) -> Response:
        return Response(BundleSerializer({"parts": queries.parts_of(product=product)}).data)
