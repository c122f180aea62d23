"""Orders in the API: one resource, answering under ``/orders`` and ``/allegro/orders``."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PageLimitPagination
from orders import queries
from orders.api.serializers import (
    OrderDetailSerializer,
    OrderRevisionSerializer,
    OrderSerializer,
)
from orders.enums import DisplayStatus
from orders.forms import EARLIEST, LATEST
from orders.models import Order
from orders.queries import Wish

_MOMENT = "An ISO date or moment"
FILTERS = [
    OpenApiParameter("search", str, description="Buyer, number, title or code"),
    OpenApiParameter("status", str, enum=DisplayStatus.values),
    OpenApiParameter("from", str, description=f"{_MOMENT}; bought from then on"),
    OpenApiParameter("to", str, description=f"{_MOMENT}; a date includes its day"),
    OpenApiParameter("integration", int, description="Only this account's"),
]


class OrdersView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        tags=["Orders"],
        parameters=FILTERS,
        responses=OrderSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Orders of all accounts, by purchase time, newest first."""
        orders = queries.orders_of(organization=self.organization, wish=_wish(request))
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


def _wish(request: Request) -> Wish:
    query = request.query_params
    status, account = query.get("status", ""), query.get("integration", "")
    wrong: dict[str, list[str]] = {}
    if status and status not in DisplayStatus.values:
        wrong["status"] = [_("No such status.")]
    if account and not (account.isdecimal() and len(account) <= 18):
        wrong["integration"] = [_("A whole number.")]
    since, until = _moment(query.get("from", "")), _moment(query.get("to", ""), end=True)
    for name, value in (("from", since), ("to", until)):
        if query.get(name) and value is None:
            wrong[name] = [_("An ISO date or moment.")]
    if wrong:
        raise exceptions.ValidationError(wrong)
    return Wish(
        search=query.get("search", ""),
        status=status,
        integration_id=int(account) if account else None,
        since=since,
        until=until,
    )


def _moment(text: str, *, end: bool = False) -> datetime | None:
    """The moment a text names; the whole day when ``end`` and it names a day."""
    try:
        day: date | None = parse_date(text)
        moment = parse_datetime(text)
    except ValueError:
        return None
    named = day or (moment and moment.date())
    if named is None or not EARLIEST <= named <= LATEST:
        return None
    if day is not None:
        moment = datetime.combine(day + timedelta(days=1 if end else 0), time.min)
    if moment is None:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
