"""Changing offers in the API: values, status, and what is on its way."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from offers import operations
from offers.api.edit_serializers import (
    ChangeOfferSerializer,
    FieldNameSerializer,
    FollowedSerializer,
    OfferChangedSerializer,
    StatusAskedSerializer,
    ValuePushSerializer,
)
from offers.api.stock_serializers import PushQuerySerializer, RetriedSerializer
from offers.enums import Field
from offers.models import Offer, ValuePush
from offers.queries.stock import PushFilter
from offers.queries.values import value_pushes

_STEPS = {"ACTIVE": operations.activate_offers, "ENDED": operations.end_offers}


class _OneOffer(OrganizationAPIView):
    """A step with one offer of the organization."""

    def _set_status(self, offer_id: str, status: str) -> Response:
        offer = self._offer(offer_id)
        asked = _STEPS[status](offers=[offer], actor=self.actor, now=timezone.now())
        return Response({"asked": asked}, status=202)

    def _offer(self, offer_id: str) -> Offer:
        offers = Offer.objects.for_organization(self.organization)
        found: Offer = get_object_or_404(
            offers.select_related("integration__organization", "organization"), pk=offer_id
        )
        return found


class OfferChanges(_OneOffer):
    """What changes one offer; the view of an offer adds reading it."""

    @extend_schema(
        operation_id="offers_replace",
        tags=["offers"],
        request=ChangeOfferSerializer,
        responses=OfferChangedSerializer,
    )
    def put(self, request: Request, offer_id: str) -> Response:
        """Change the values given; the same as PATCH, since Allegro's other values are not ours to drop."""
        return self._change(request, offer_id)

    @extend_schema(
        operation_id="offers_change",
        tags=["offers"],
        request=ChangeOfferSerializer,
        responses=OfferChangedSerializer,
    )
    def patch(self, request: Request, offer_id: str) -> Response:
        """Give the offer values of its own; they are written to Allegro at once and read back.

        From then on these fields do not follow the product. `allegro/value-pushes` tells what became of
        each. With `dryRun` nothing is changed. 400 with the fields Allegro would refuse, 409 while a
        switch forbids writing.
        """
        return self._change(request, offer_id)

    @extend_schema(operation_id="offers_end", tags=["offers"], responses=StatusAskedSerializer)
    def delete(self, request: Request, offer_id: str) -> Response:
        """End the offer at Allegro. Its number, history and link stay, so nothing is lost."""
        return self._set_status(offer_id, "ENDED")

    def _change(self, request: Request, offer_id: str) -> Response:
        offer = self._offer(offer_id)
        given = ChangeOfferSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted, dry = given.wanted(offer), given.validated_data["dry_run"]
        status = given.validated_data.get("status")
        now = timezone.now()
        if not dry and status:
            operations.refuse_stopped(offer=offer, fields=[*wanted, Field.STATUS])
        if dry:
            changes = operations.plan_edit(offer=offer, wanted=wanted, now=now)
        else:
            changes = operations.edit_offer(offer=offer, wanted=wanted, actor=self.actor, now=now)
        if status and status != offer.publication_status:
            changes.append(operations.Edit(Field.STATUS, offer.publication_status, status, ""))
            if not dry:
                _STEPS[status](offers=[offer], actor=self.actor, now=now)
        return Response(OfferChangedSerializer({"dry_run": dry, "changes": changes}).data)


class ActivateView(OfferChanges):
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="offers_activate", tags=["offers"], request=None,
        responses={202: StatusAskedSerializer},
    )  # fmt: skip
    def post(self, request: Request, offer_id: str) -> Response:
        """Put the offer on sale, with the stock it has; 409 while a switch forbids it."""
        return self._set_status(offer_id, "ACTIVE")


class EndView(OfferChanges):
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="offers_end_now", tags=["offers"], request=None,
        responses={202: StatusAskedSerializer},
    )  # fmt: skip
    def post(self, request: Request, offer_id: str) -> Response:
        """End the offer."""
        return self._set_status(offer_id, "ENDED")


class FollowView(OfferChanges):
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="offers_follow", tags=["offers"], request=FieldNameSerializer,
        responses=FollowedSerializer,
    )  # fmt: skip
    def post(self, request: Request, offer_id: str) -> Response:
        """Drop the offer's own value of a field: it follows the product again, and that is written."""
        return Response({"value": self._step(request, offer_id, operations.drop_own_value)})

    def _step(self, request: Request, offer_id: str, step: object) -> str | None:
        offer = self._offer(offer_id)
        given = FieldNameSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found: str | None = step(  # type: ignore[operator]
            offer=offer,
            field=given.validated_data["field"],
            actor=self.actor,
            now=timezone.now(),
        )
        return found


class UndoView(FollowView):
    @extend_schema(
        operation_id="offers_undo", tags=["offers"], request=FieldNameSerializer,
        responses=FollowedSerializer,
    )  # fmt: skip
    def post(self, request: Request, offer_id: str) -> Response:
        """Take back a person's last change of a field: what Allegro showed before is written again."""
        return Response({"value": self._step(request, offer_id, operations.undo_edit)})


class ValuePushesView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="value_pushes_list",
        tags=["offers"],
        parameters=[PushQuerySerializer, *PAGING],
        responses=ValuePushSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Values on their way: each with state and reason, the latest wishes first."""
        wanted = PushQuerySerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        pushes = value_pushes(
            organization=self.organization,
            wanted=PushFilter(
                state=values["state"],
                account=str(values.get("integrationId", "")),
                reason=values["reason"],
            ),
        )
        return PageLimitPagination.answer(request, pushes, ValuePushSerializer)


class ValuePushRetryView(OrganizationAPIView):
    @extend_schema(
        operation_id="value_push_retry", tags=["offers"], request=None, responses=RetriedSerializer
    )
    def post(self, request: Request, push_id: str) -> Response:
        """Try a value again from its first attempt, over whatever Allegro shows by now."""
        pushes = ValuePush.objects.for_organization(self.organization)
        push = get_object_or_404(pushes, pk=push_id)
        count = operations.retry_values(
            pushes=pushes.filter(pk=push.pk), actor=self.actor, now=timezone.now()
        )
        return Response({"retried": count})
