"""Stock on its way to Allegro in the API."""

from __future__ import annotations

from uuid import uuid4

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from accounts.enums import Role
from core.api.paging import PAGING, PageLimitPagination
from offers import operations
from offers.api.stock_serializers import (
    FeedsSerializer,
    OfferPushSerializer,
    OfferStockSerializer,
    PushQuerySerializer,
    RetriedSerializer,
    SetOfferStockSerializer,
    StockSetSerializer,
)
from offers.models import Offer, OfferPush
from offers.queries import feeding_warehouse_ids
from offers.queries import stock as queries
from settings_app.models import Integration


class OfferStockView(OrganizationAPIView):
    @extend_schema(operation_id="offer_stock_read", tags=["offers"], responses=OfferStockSerializer)
    def get(self, request: Request, offer_id: str) -> Response:
        """What the offer is to show, what Allegro shows, the last write, and why."""
        return Response(self._shown(self._offer(offer_id)))

    @extend_schema(
        operation_id="offer_stock_set",
        tags=["offers"],
        request=SetOfferStockSerializer,
        responses=StockSetSerializer,
    )
    def put(self, request: Request, offer_id: str) -> Response:
        """Have this many units for sale: our stock is set so, and Allegro follows.

        Our stock stays the truth. The product's pieces in the warehouse that feeds the account first are
        set to what makes this offer sell `available` units; what is reserved and the account's buffer stay
        on top, and other offers of the product follow. 0 leaves nothing to sell, and the offer is ended
        or set to 0 as the account's settings say. With `dryRun` nothing is changed.

        409 when it cannot be done (no product, stock not tracked, writing switched off, offer ended …),
        422 for an offer that sells several products together; each with a remedy, and nothing changed.
        """
        offer = self._offer(offer_id)
        given = SetOfferStockSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        available, dry = given.validated_data["available"], given.validated_data["dry_run"]
        if dry:
            change = operations.plan_offer_stock(offer=offer, available=available)
        else:
            change = operations.set_offer_stock(
                offer=offer,
                available=available,
                actor=self.actor,
                now=timezone.now(),
                key=f"api:{uuid4()}",
            )
        stock = queries.offer_stock(offer=offer)
        body = {"dry_run": dry, "change": change, "stock": stock}
        return Response(StockSetSerializer(body).data)

    def _offer(self, offer_id: str) -> Offer:
        offers = Offer.objects.for_organization(self.organization)
        return get_object_or_404(offers.select_related("integration"), pk=offer_id)

    def _shown(self, offer: Offer) -> object:
        return OfferStockSerializer(queries.offer_stock(offer=offer)).data


class OfferPushesView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="stock_pushes_list",
        tags=["offers"],
        parameters=[
            PushQuerySerializer,
            *PAGING,
        ],
        responses=OfferPushSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Stock on its way: each offer's push with state and reason, the latest wishes first."""
        wanted = PushQuerySerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        pushes = queries.pushes_matching(
            organization=self.organization,
            wanted=queries.PushFilter(
                state=values["state"],
                account=str(values.get("integrationId", "")),
                reason=values["reason"],
            ),
        )
        return PageLimitPagination.answer(request, pushes, OfferPushSerializer)


class OfferPushRetryView(OrganizationAPIView):
    @extend_schema(
        operation_id="stock_push_retry", tags=["offers"], request=None, responses=RetriedSerializer
    )
    def post(self, request: Request, push_id: str) -> Response:
        """Try a push again from its first attempt, with the stock of this moment.

        `retried` is 0 when it is being worked on, or its account may not write stock.
        """
        pushes = OfferPush.objects.for_organization(self.organization)
        push = get_object_or_404(pushes, pk=push_id)
        count = operations.retry_pushes(
            pushes=pushes.filter(pk=push.pk), actor=self.actor, now=timezone.now()
        )
        return Response({"retried": count})


class FeedsView(OrganizationAPIView):
    write_role = Role.OWNER

    @extend_schema(
        operation_id="integration_feeds_read", tags=["integrations"], responses=FeedsSerializer
    )
    def get(self, request: Request, pk: str) -> Response:
        """The warehouses whose stock the account sells."""
        return self._feeds(self._integration(pk))

    @extend_schema(
        operation_id="integration_feeds_set",
        tags=["integrations"],
        request=FeedsSerializer,
        responses=FeedsSerializer,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Set the warehouses that feed the account; its offers follow. 422 for an unknown one."""
        integration = self._integration(pk)
        given = FeedsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        operations.set_feeds(
            integration=integration,
            warehouse_ids=given.validated_data["warehouse_ids"],
            actor=self.actor,
            now=timezone.now(),
        )
        return self._feeds(integration)

    def _integration(self, pk: str) -> Integration:
        found = Integration.objects.for_organization(self.organization)
        return get_object_or_404(found.select_related("organization"), pk=pk)

    def _feeds(self, integration: Integration) -> Response:
        ids = feeding_warehouse_ids(integration_id=integration.pk)
        return Response(FeedsSerializer({"warehouse_ids": list(ids)}).data)
