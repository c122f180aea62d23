"""Transfers between warehouses for scripts."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.idempotency import HEADER
from core.api.paging import PageLimitPagination
from inventory import operations, queries
from inventory.enums import TransferState
from inventory.models import Transfer, TransferLine, Warehouse
from inventory.operations.ledger import HIGHEST
from inventory.operations.transfers import MOST_LINES


class TransferLineSerializer(serializers.ModelSerializer[TransferLine]):
    product_code = serializers.CharField(source="product.code")

    class Meta:
        model = TransferLine
        fields = ["product_id", "product_code", "quantity", "received", "missing"]


class TransferSerializer(serializers.ModelSerializer[Transfer]):
    """A shipment between two warehouses."""

    number = serializers.CharField(source="label")
    source_code = serializers.CharField(source="source.code")
    destination_code = serializers.CharField(source="destination.code")

    class Meta:
        model = Transfer
        fields = [
            "id", "number", "source_code", "destination_code", "state", "note", "created_at",
            "sent_at", "closed_at",
        ]  # fmt: skip


class TransferDetailSerializer(TransferSerializer):
    lines = TransferLineSerializer(many=True)

    class Meta(TransferSerializer.Meta):
        fields = [*TransferSerializer.Meta.fields, "lines"]


class NewLineSerializer(serializers.Serializer[dict[str, Any]]):
    product_id = serializers.IntegerField()
    quantity = serializers.IntegerField(min_value=1, max_value=HIGHEST)


class NewTransferSerializer(serializers.Serializer[dict[str, Any]]):
    source_code = serializers.CharField(max_length=60)
    destination_code = serializers.CharField(max_length=60)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    lines = NewLineSerializer(many=True, max_length=MOST_LINES)  # type: ignore[call-arg]

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _named_once(lines)


def _named_once(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of two lines of a product only one could be kept; which of them was meant is not guessed."""
    if len({line["product_id"] for line in lines}) != len(lines):
        raise serializers.ValidationError(_("A product is named twice."))
    return lines


class ArrivedLineSerializer(serializers.Serializer[dict[str, Any]]):
    product_id = serializers.IntegerField()
    pieces = serializers.IntegerField(min_value=0, max_value=HIGHEST)


class ArrivalSerializer(serializers.Serializer[dict[str, Any]]):
    lines = ArrivedLineSerializer(many=True, max_length=MOST_LINES)  # type: ignore[call-arg]
    finish = serializers.BooleanField(default=False, help_text="Nothing more will come")
    reason = serializers.CharField(
        max_length=200, required=False, default="", allow_blank=True,
        help_text="Needed when more or fewer pieces came than were sent",
    )  # fmt: skip

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _named_once(lines)


class TransfersView(OrganizationAPIView):
    """Transfers of the organization."""

    pagination_class = PageLimitPagination

    @extend_schema(
        tags=["Stock"],
        responses=TransferSerializer(many=True),
        parameters=[OpenApiParameter("state", str, enum=TransferState.values)],
    )
    def get(self, request: Request) -> Response:
        """Transfers, newest first."""
        found = queries.transfers_of(
            organization=self.organization, state=request.query_params.get("state", "")
        )
        return PageLimitPagination.answer(request, found, TransferSerializer)

    @extend_schema(
        tags=["Stock"], request=NewTransferSerializer, responses={201: TransferDetailSerializer}
    )
    def post(self, request: Request) -> Response:
        """Draft a transfer; nothing moves before it is sent."""
        wanted = NewTransferSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        made = operations.draft_transfer(
            organization_id=self.organization.pk,
            source=self._place(values["source_code"]),
            destination=self._place(values["destination_code"]),
            note=values["note"],
            pieces={line["product_id"]: line["quantity"] for line in values["lines"]},
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(TransferDetailSerializer(made).data, status=status.HTTP_201_CREATED)

    def _place(self, code: str) -> Warehouse:
        found = operations.warehouse_by_code(organization_id=self.organization.pk, code=code)
        if found is None:
            raise Http404
        return found


class TransferView(OrganizationAPIView):
    """One transfer."""

    @extend_schema(tags=["Stock"], responses=TransferDetailSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """The transfer with its lines."""
        return self.answer(pk)

    def transfer(self, pk: str) -> Transfer:
        return get_object_or_404(queries.transfers_of(organization=self.organization), pk=pk)

    def answer(self, pk: str) -> Response:
        found = queries.transfers_of(organization=self.organization)
        return Response(
            TransferDetailSerializer(
                get_object_or_404(found.prefetch_related("lines__product"), pk=pk)
            ).data
        )


class TransferSendView(TransferView):
    http_method_names = ["post", "options"]

    @extend_schema(tags=["Stock"], request=None, responses=TransferDetailSerializer)
    def post(self, request: Request, pk: str) -> Response:
        """The pieces leave the source; 409 ``not_enough_stock`` when fewer are free. Again is the same."""
        operations.send_transfer(transfer=self.transfer(pk), actor=self.actor, now=timezone.now())
        return self.answer(pk)


class TransferReceiveView(TransferView):
    http_method_names = ["post", "options"]

    @extend_schema(tags=["Stock"], request=ArrivalSerializer, responses=TransferDetailSerializer)
    def post(self, request: Request, pk: str) -> Response:
        """Book what arrived; ``Idempotency-Key`` makes an arrival count once."""
        found, wanted = self.transfer(pk), ArrivalSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        by_product = dict(found.lines.values_list("product_id", "pk"))
        arrived = {}
        for line in values["lines"]:
            if line["product_id"] not in by_product:
                raise Http404
            arrived[by_product[line["product_id"]]] = line["pieces"]
        operations.receive_transfer(
            transfer=found,
            arrived=arrived,
            finish=values["finish"],
            reason=values["reason"],
            key=f"api:{request.headers.get(HEADER) or uuid.uuid4()}"[:100],
            actor=self.actor,
            now=timezone.now(),
        )
        return self.answer(pk)


class TransferCancelView(TransferView):
    http_method_names = ["post", "options"]

    @extend_schema(tags=["Stock"], request=None, responses=TransferDetailSerializer)
    def post(self, request: Request, pk: str) -> Response:
        """Give a draft up, or call back what is in transit. Again is the same."""
        operations.cancel_transfer(transfer=self.transfer(pk), actor=self.actor, now=timezone.now())
        return self.answer(pk)
