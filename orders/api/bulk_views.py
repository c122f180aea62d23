"""Many orders at once: marked as sent, printed, exported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.idempotency import IdempotentPostMixin
from core.row_ids import row_id
from orders import operations, papers, queries
from orders.api.filters import FILTERS, wish_of
from orders.api.write_serializers import OrderWriteSerializer
from orders.models import Order
from orders.queries.export import csv_of

TAGS = ["Orders: many at once"]


class BulkWishSerializer(serializers.Serializer[Any]):
    orders = serializers.ListField(
        child=serializers.CharField(max_length=64),
        min_length=1,
        max_length=queries.BULK,
        help_text="Our ids or Allegro's checkout form ids",
    )


class PaperWishSerializer(BulkWishSerializer):
    start = serializers.IntegerField(
        required=False,
        default=1,
        min_value=1,
        max_value=papers.PER_SHEET,
        help_text="The first free label of a begun sheet; only for labels",
    )


class OutcomeSerializer(serializers.Serializer[operations.Outcome]):
    order_id = serializers.IntegerField(source="order.pk")
    checkout_form_id = serializers.CharField(source="order.checkout_form_id")
    write = OrderWriteSerializer(allow_null=True)
    code = serializers.CharField(source="refusal.code", default="", help_text="Why it was refused")
    detail = serializers.CharField(source="refusal.detail", default="")
    remedy = serializers.CharField(source="refusal.remedy", default="")


class OutcomesSerializer(serializers.Serializer[Any]):
    results = OutcomeSerializer(many=True)
    unknown = serializers.ListField(child=serializers.CharField(), help_text="Not your orders")


class BulkSentView(OrganizationAPIView):
    @extend_schema(tags=TAGS, request=BulkWishSerializer, responses={202: OutcomesSerializer})
    def post(self, request: Request) -> Response:
        """Ask Allegro to show orders as sent, with an outcome for each.

        The same request again is the same write. A refused order holds up no other.
        """
        orders, unknown = _orders(self, _wish(self, BulkWishSerializer))
        outcomes = operations.mark_sent(orders=orders, actor=self.actor, now=timezone.now())
        answer = OutcomesSerializer({"results": outcomes, "unknown": unknown})
        return Response(answer.data, status=202)


class PaperView(OrganizationAPIView):
    paper = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # A PDF is no answer to remember, and printing twice harms nobody.
        super(IdempotentPostMixin, self).initial(request, *args, **kwargs)

    @extend_schema(
        tags=TAGS,
        request=PaperWishSerializer,
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def post(self, request: Request) -> HttpResponse:
        """A PDF: packing lists (a page an order), a pick list (summed per product) or labels (A4, 3 x 8).

        What must not be shipped is marked across its packing list, and left out of the other two.
        """
        wish = _wish(self, PaperWishSerializer)
        orders, _unknown = _orders(self, wish)
        if not orders:
            raise Http404
        body = papers.made(self.paper, orders=orders, start=wish["start"])
        operations.note_printed(
            orders=orders, what=self.paper, actor=self.actor, now=timezone.now()
        )
        return HttpResponse(body, content_type="application/pdf")


class OrdersCsvView(OrganizationAPIView):
    @extend_schema(
        tags=TAGS, parameters=FILTERS, responses={(200, "text/csv"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """The whole list as CSV, a row for each line; cells that look like formulas are quoted."""
        body = csv_of(organization=self.organization, wish=wish_of(request))
        return StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")


def _wish(view: OrganizationAPIView, kind: type[BulkWishSerializer]) -> Mapping[str, Any]:
    """What was sent, checked. Raises ValidationError."""
    sent = kind(data=view.request.data)
    sent.is_valid(raise_exception=True)
    wish: Mapping[str, Any] = sent.validated_data
    return wish


def _orders(view: OrganizationAPIView, wish: Mapping[str, Any]) -> tuple[list[Order], list[str]]:
    """The organization's orders of these numbers, and the numbers that are none of theirs."""
    numbers: list[str] = list(dict.fromkeys(wish["orders"]))
    wanted = Q(pk__in=[row_id(one) for one in numbers]) | Q(checkout_form_id__in=numbers)
    orders = list(
        queries.with_lines(
            Order.objects.for_organization(view.organization).filter(wanted)
        ).order_by("bought_at", "pk")
    )
    known = {str(order.pk) for order in orders} | {order.checkout_form_id for order in orders}
    return orders, [one for one in numbers if one not in known]
