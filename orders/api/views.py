"""Orders in the API: one resource, answering under ``/orders`` and ``/allegro/orders``."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PageLimitPagination
from orders import queries
from orders.api.filters import FILTERS, wish_of
from orders.api.serializers import (
    OrderDetailSerializer,
    OrderRevisionSerializer,
    OrderSerializer,
)
from orders.models import Order


class OrdersView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        tags=["Orders"],
        parameters=FILTERS,
        responses=OrderSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Orders of all accounts, by purchase time, newest first; with ``shipBy`` the most urgent first."""
        orders = queries.orders_of(organization=self.organization, wish=wish_of(request))
        return PageLimitPagination.answer(request, queries.with_lines(orders), OrderSerializer)


class OrderView(OrganizationAPIView):
    @extend_schema(tags=["Orders"], responses=OrderDetailSerializer)
    def get(self, request: Request, number: str) -> Response:
        """One order, by our id or by Allegro's checkout form id."""
        return Response(OrderDetailSerializer(_order(self, number)).data)


class OrderRevisionsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(tags=["Orders"], responses=OrderRevisionSerializer(many=True))
    def get(self, request: Request, number: str) -> Response:
        """The order's checkout form, once per distinct content, newest first."""
        revisions = queries.revisions_of(order=_order(self, number))
        return PageLimitPagination.answer(request, revisions, OrderRevisionSerializer)


def _order(view: OrganizationAPIView, number: str) -> Order:
    order = queries.order_by_number(organization=view.organization, number=number)
    if order is None:
        raise Http404
    return order
