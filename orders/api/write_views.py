"""Changes of one order at Allegro: asked for here, done by workers, followed under ``writes``.

Whatever is asked for answers 202 with the write: Allegro is told right after.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.idempotency import HEADER
from core.api.paging import PageLimitPagination
from orders import operations
from orders.api.write_serializers import (
    CancellationSerializer,
    CancelPlanSerializer,
    CancelWishSerializer,
    CarrierSerializer,
    ClaimSerializer,
    ClaimWishSerializer,
    OrderWriteSerializer,
    RefundPreviewSerializer,
    RefundSerializer,
    RefundWishSerializer,
    RetryWishSerializer,
    ShipmentSerializer,
    StatusWishSerializer,
    TrackingWishSerializer,
)
from orders.models import Order, OrderLine, OrderWrite
from orders.money_back import preview_refund
from orders.queries import order_by_number
from orders.queries.cancellations import plan_cancellation
from orders.queries.refunds import claims_of, refunds_of
from orders.queries.shipments import shipments_of
from orders.queries.writes import writes_of

TAGS = ["Orders: changes at Allegro"]


class OneOrderView(OrganizationAPIView):
    """A view of what belongs to one order, by our id or by Allegro's."""

    def order(self, number: str) -> Order:
        """The organization's order of that number; 404 when there is none."""
        order = order_by_number(organization=self.organization, number=number)
        if order is None:
            raise Http404
        return order

    def line(self, order: Order, line_item_id: str) -> OrderLine:
        """The order's line of that number; 404 when there is none."""
        lines = OrderLine.objects.select_related("order")
        return get_object_or_404(lines, order=order, line_item_id=line_item_id)

    def valid(self, kind: type[serializers.Serializer[Any]]) -> Any:
        """What was sent, checked. Raises ValidationError."""
        sent = kind(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return sent

    def token(self) -> UUID:
        """The same for the same Idempotency-Key, so that even a killed server asks once."""
        key = self.request.headers.get(HEADER, "")
        place = f"{self.organization.pk}:{self.request.path}:{key}"
        return uuid5(NAMESPACE_URL, place) if key else uuid4()


def _accepted(write: OrderWrite) -> Response:
    return Response(OrderWriteSerializer(write).data, status=202)


class StatusView(OneOrderView):
    @extend_schema(tags=TAGS, request=StatusWishSerializer, responses={202: OrderWriteSerializer})
    def put(self, request: Request, number: str) -> Response:
        """Set the parcel's status at Allegro; stock follows as soon as Allegro shows it."""
        order = self.order(number)
        wish: Mapping[str, Any] = self.valid(StatusWishSerializer).validated_data
        write = operations.request_fulfilment(
            order=order,
            status=wish["status"],
            lines_sent=wish["lines_sent"],
            seen_revision=wish["revision"],
            despite_stop=wish["despite_stop"],
            actor=self.actor,
            now=timezone.now(),
        )
        return _accepted(write)


class ShipmentsView(OneOrderView):
    pagination_class = PageLimitPagination

    @extend_schema(tags=TAGS, responses=ShipmentSerializer(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Tracking numbers of the order, whoever added them, as Allegro last listed them."""
        shipments = shipments_of(order=self.order(number))
        return PageLimitPagination.answer(request, shipments, ShipmentSerializer)

    @extend_schema(tags=TAGS, request=TrackingWishSerializer, responses={202: OrderWriteSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Add a tracking number; with ``markAsSent`` the status follows."""
        order = self.order(number)
        wish = self.valid(TrackingWishSerializer).validated_data
        write = operations.add_tracking(order=order, actor=self.actor, now=timezone.now(), **wish)
        return _accepted(write)


class CarriersView(OneOrderView):
    @extend_schema(tags=TAGS, responses=CarrierSerializer(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Carriers a tracking number of this order may name; Allegro's list, renewed daily."""
        order = self.order(number)
        carriers = operations.carriers_for(integration=order.integration, now=timezone.now())
        return Response(CarrierSerializer(carriers, many=True).data)


class RefundsView(OneOrderView):
    pagination_class = PageLimitPagination

    @extend_schema(tags=TAGS, responses=RefundSerializer(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Refunds of the order, whoever ordered them, newest first."""
        refunds = refunds_of(order=self.order(number))
        return PageLimitPagination.answer(request, refunds, RefundSerializer)

    @extend_schema(tags=TAGS, request=RefundWishSerializer, responses={202: OrderWriteSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Order a refund; it is paid when the write is DONE, not before."""
        order = self.order(number)
        write = operations.request_refund(
            order=order,
            wish=self.valid(RefundWishSerializer).wish(),
            token=self.token(),
            actor=self.actor,
            now=timezone.now(),
        )
        return _accepted(write)


class RefundPreviewView(OneOrderView):
    @extend_schema(tags=TAGS, request=RefundWishSerializer, responses=RefundPreviewSerializer)
    def post(self, request: Request, number: str) -> Response:
        """Add a refund up and hold it against what was paid; nothing is ordered."""
        order = self.order(number)
        preview = preview_refund(order=order, wish=self.valid(RefundWishSerializer).wish())
        return Response(RefundPreviewSerializer(preview).data)


class ClaimsView(OneOrderView):
    pagination_class = PageLimitPagination

    @extend_schema(tags=TAGS, responses=ClaimSerializer(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Commission claims of the order's lines, Allegro's own too, newest first."""
        claims = claims_of(order=self.order(number))
        return PageLimitPagination.answer(request, claims, ClaimSerializer)

    @extend_schema(tags=TAGS, request=ClaimWishSerializer, responses={202: OrderWriteSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Claim the commission of a line; too early is refused, or kept with ``whenPossible``."""
        order = self.order(number)
        wish = self.valid(ClaimWishSerializer).validated_data
        write = operations.request_claim(
            order=order,
            line=self.line(order, wish["line_item_id"]),
            quantity=wish["quantity"],
            when_possible=wish["when_possible"],
            actor=self.actor,
            now=timezone.now(),
        )
        return _accepted(write)


class ClaimView(OneOrderView):
    @extend_schema(tags=TAGS, responses={202: OrderWriteSerializer})
    def delete(self, request: Request, number: str, claim_id: str) -> Response:
        """Withdraw a claim that is not decided; this cannot be undone."""
        claims = claims_of(order=self.order(number))
        claim = get_object_or_404(claims.select_related("order"), remote_id=claim_id)
        write = operations.withdraw_claim(claim=claim, actor=self.actor, now=timezone.now())
        return _accepted(write)


class CancelView(OneOrderView):
    @extend_schema(tags=TAGS, responses=CancelPlanSerializer)
    def get(self, request: Request, number: str) -> Response:
        """What "cannot fulfil" would do to the whole order; nothing is done."""
        plan = plan_cancellation(order=self.order(number), quantities=None, now=timezone.now())
        return Response(CancelPlanSerializer(plan).data)

    @extend_schema(tags=TAGS, request=CancelWishSerializer, responses={202: CancellationSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Refund, cancel and claim the commission, one after the other."""
        order = self.order(number)
        wish = self.valid(CancelWishSerializer)
        cancellation = operations.request_cancellation(
            order=order,
            quantities=wish.quantities(),
            comment=wish.validated_data["comment"],
            token=self.token(),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(CancellationSerializer(cancellation).data, status=202)


class WritesView(OneOrderView):
    pagination_class = PageLimitPagination

    @extend_schema(tags=TAGS, responses=OrderWriteSerializer(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Everything asked for about the order, newest first, with what came of it."""
        writes = writes_of(order=self.order(number))
        return PageLimitPagination.answer(request, writes, OrderWriteSerializer)


class WriteView(OneOrderView):
    def write(self, number: str, pk: str) -> OrderWrite:
        """The order's write of that number; 404 when there is none."""
        return get_object_or_404(writes_of(order=self.order(number)), pk=pk)

    @extend_schema(tags=TAGS, responses=OrderWriteSerializer)
    def get(self, request: Request, number: str, pk: str) -> Response:
        """One write as it stands."""
        return Response(OrderWriteSerializer(self.write(number, pk)).data)


class RetryView(WriteView):
    http_method_names = ["post", "options"]

    @extend_schema(tags=TAGS, request=RetryWishSerializer, responses={202: OrderWriteSerializer})
    def post(self, request: Request, number: str, pk: str) -> Response:
        """Try a write that needs a person again; what Allegro did already is not repeated."""
        write = self.write(number, pk)
        wish = self.valid(RetryWishSerializer).validated_data
        retried = operations.retry_write(
            write=write,
            seen_revision=wish["revision"],
            despite_stop=wish["despite_stop"],
            actor=self.actor,
            now=timezone.now(),
        )
        return _accepted(retried)


class LetGoView(WriteView):
    http_method_names = ["post", "options"]

    @extend_schema(tags=TAGS, request=None, responses=OrderWriteSerializer)
    def post(self, request: Request, number: str, pk: str) -> Response:
        """Give up a write that is not done."""
        gone = operations.let_go(write=self.write(number, pk), actor=self.actor, now=timezone.now())
        return Response(OrderWriteSerializer(gone).data)
