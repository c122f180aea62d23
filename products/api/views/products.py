"""``/products``: list, read, create, change, remove."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from products import operations
from products.api.serializers.products import (
    ProductDetailSerializer,
    ProductSerializer,
    ProductWriteSerializer,
    RemovalSerializer,
)
from products.forms import ProductFilterForm
from products.models import Product
from products.origin import BY_API
from products.queries import FILTERS, SORTS, STATES, STOCKS, SYNCS, Wish, products_of

_TRUE, _FALSE = {"true", "1"}, {"false", "0"}
RELATED = ("supplier", "default_category", "sync_rule")
FILTERING = [
    OpenApiParameter("search", OpenApiTypes.STR, description="In code, name, EAN"),
    OpenApiParameter("active", OpenApiTypes.BOOL, description="Only active or inactive"),
    OpenApiParameter(
        "state", OpenApiTypes.STR, enum=list(STATES), description="Default: not archived"
    ),
    OpenApiParameter("only", OpenApiTypes.STR, enum=list(FILTERS)),
    OpenApiParameter("stock", OpenApiTypes.STR, enum=list(STOCKS)),
    OpenApiParameter("syncs", OpenApiTypes.STR, enum=list(SYNCS)),
    OpenApiParameter("supplier", OpenApiTypes.INT, description="Id of a supplier"),
    OpenApiParameter("category", OpenApiTypes.STR, description="Path; what lies below it too"),
    OpenApiParameter("brand", OpenApiTypes.STR),
    OpenApiParameter("tag", OpenApiTypes.STR),
    OpenApiParameter("priceFrom", OpenApiTypes.DECIMAL),
    OpenApiParameter("priceUntil", OpenApiTypes.DECIMAL),
    OpenApiParameter("sort", OpenApiTypes.STR, enum=list(SORTS)),
]
# How the parameters are called in the list's own address.
_NAMES = {"search": "q", "priceFrom": "price_from", "priceUntil": "price_until"}


class ProductsView(OrganizationAPIView):
    """The catalogue as a list; POST adds to it."""

    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="products_list",
        tags=["products"],
        parameters=[
            *PAGING,
            *FILTERING,
        ],
        responses=ProductSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Products, newest first unless ``sort`` says otherwise. Archived ones only when ``state`` asks."""
        products = products_of(organization=self.organization, wish=_wish(request))
        active = _flag(request, "active")
        if active is not None:
            products = products.filter(active=active)
        return PageLimitPagination.answer(
            request, products.select_related(*RELATED), ProductSerializer
        )

    @extend_schema(
        operation_id="products_create",
        tags=["products"],
        request=ProductWriteSerializer,
        responses={201: ProductDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        """Create a product. The code must be new."""
        values, images, _version = _read(self, request, partial=False)
        product = operations.create_product(
            organization=self.organization,
            values=values,
            actor=self.actor,
            now=timezone.now(),
            origin=BY_API,
        )
        _keep_images(self, product, images)
        return Response(_shown(self, product.pk), status=201)


class ProductView(OrganizationAPIView):
    """One product by id."""

    @extend_schema(
        operation_id="products_read", tags=["products"], responses=ProductDetailSerializer
    )
    def get(self, request: Request, pk: str) -> Response:
        """One product with its pictures."""
        return Response(_shown(self, pk))

    @extend_schema(
        operation_id="products_replace",
        tags=["products"],
        request=ProductWriteSerializer,
        responses=ProductDetailSerializer,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Change a product: code and name are needed, values left out stay as they are."""
        return self._change(request, pk, partial=False)

    @extend_schema(
        operation_id="products_change",
        tags=["products"],
        request=ProductWriteSerializer,
        responses=ProductDetailSerializer,
    )
    def patch(self, request: Request, pk: str) -> Response:
        """Change the named values only."""
        return self._change(request, pk, partial=True)

    @extend_schema(
        operation_id="products_remove", tags=["products"], request=None, responses=RemovalSerializer
    )
    def delete(self, request: Request, pk: str) -> Response:
        """Delete a product nothing refers to; one with movements or offers is archived instead."""
        product = get_object_or_404(Product.objects.for_organization(self.organization), pk=pk)
        result = operations.remove_product(
            product=product, actor=self.actor, now=timezone.now(), origin=BY_API
        )
        reason = {
            "deleted": _("Nothing referred to the product."),
            "archived": _("Stock movements, orders or offers refer to it, so its history is kept."),
        }[result]
        return Response(RemovalSerializer({"result": result, "reason": reason}).data)

    def _change(self, request: Request, pk: str, *, partial: bool) -> Response:
        product = get_object_or_404(Product.objects.for_organization(self.organization), pk=pk)
        values, images, version = _read(self, request, partial=partial)
        operations.update_product(
            product=product,
            values=values,
            actor=self.actor,
            now=timezone.now(),
            expected_version=version,
            origin=BY_API,
        )
        _keep_images(self, product, images)
        return Response(_shown(self, pk))


class ProductByCodeView(OrganizationAPIView):
    """One product by the seller's own code, which may hold slashes (``61246/46``)."""

    @extend_schema(
        operation_id="products_read_by_code",
        tags=["products"],
        responses=ProductDetailSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        """One product by code."""
        products = Product.objects.for_organization(self.organization)
        found = products.filter(code=code).first()
        if found is None and code.endswith("/"):
            # The optional trailing slash of a route reads as part of a code with slashes.
            found = products.filter(code=code[:-1]).first()
        if found is None:
            raise exceptions.NotFound
        return Response(_shown(self, found.pk))


def _wish(request: Request) -> Wish:
    given = QueryDict(mutable=True)
    for name in request.query_params:
        given[_NAMES.get(name, name)] = request.query_params.get(name, "")
    return ProductFilterForm(given).wish(usual_state="kept")


def _read(
    view: OrganizationAPIView, request: Request, *, partial: bool
) -> tuple[dict[str, Any], list[str] | None, int | None]:
    serializer = ProductWriteSerializer(
        data=request.data, partial=partial, organization=view.organization
    )
    serializer.is_valid(raise_exception=True)
    values = dict(serializer.validated_data)
    return values, values.pop("images", None), values.pop("version", None)


def _keep_images(view: OrganizationAPIView, product: Product, images: list[str] | None) -> None:
    if images is not None:
        operations.replace_images(
            product=product, urls=images, actor=view.actor, now=timezone.now(), origin=BY_API
        )


def _shown(view: OrganizationAPIView, pk: int | str) -> Any:
    products = Product.objects.for_organization(view.organization)
    product = get_object_or_404(products.select_related(*RELATED).prefetch_related("images"), pk=pk)
    return ProductDetailSerializer(product).data


def _flag(request: Request, name: str) -> bool | None:
    text = request.query_params.get(name, "").lower()
    if text not in {"", *_TRUE, *_FALSE}:
        raise exceptions.ValidationError({name: [_("true or false")]})
    return None if not text else text in _TRUE
