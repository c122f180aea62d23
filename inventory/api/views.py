from __future__ import annotations

import uuid

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from inventory import operations, queries
from inventory.api.serializers import SetStockSerializer, StockSerializer
from products.models import Product


class ProductStockView(OrganizationAPIView):
    """A product's stock."""

    @extend_schema(tags=["Stock"], responses=StockSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """The product's stock, summed and per warehouse."""
        return self._stock(self._product(pk))

    @extend_schema(tags=["Stock"], request=SetStockSerializer, responses=StockSerializer)
    def put(self, request: Request, pk: str) -> Response:
        """Set how many pieces lie in a warehouse; what is reserved stays reserved."""
        product = self._product(pk)
        wanted = SetStockSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        warehouse = operations.warehouse_by_code(
            organization_id=product.organization_id, code=values["warehouse_code"]
        )
        if warehouse is None:
            raise Http404
        with transaction.atomic():
            operations.set_on_hand(
                organization_id=product.organization_id,
                product_id=product.pk,
                warehouse=warehouse,
                on_hand=values["on_hand"],
                reason=values["reason"],
                expected=values.get("expected_on_hand"),
                actor=self.actor,
                now=timezone.now(),
                key=f"api:{uuid.uuid4()}",
            )
            if "minimum" in values:
                operations.set_minimum(
                    organization_id=product.organization_id,
                    product_id=product.pk,
                    warehouse=warehouse,
                    minimum=values["minimum"],
                    actor=self.actor,
                    now=timezone.now(),
                )
        return self._stock(product)

    def _product(self, pk: str) -> Product:
        return get_object_or_404(Product.objects.for_organization(self.organization), pk=pk)

    def _stock(self, product: Product) -> Response:
        return Response(StockSerializer(queries.stock_of(product=product)).data)
