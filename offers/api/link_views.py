"""Linking offers to products, and what Allegro objects to, in the API."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from offers import operations
from offers.api import link_serializers as shapes
from offers.api.serializers import LinkedProductSerializer
from offers.enums import SuggestedBy
from offers.field_standing import field_reason
from offers.models import LinkBatch, Offer, OfferLink, OfferMarketplace
from offers.queries import link_inbox, product_by_code
from offers.queries.fields import fields_of
from offers.queries.problems import offer_problems, problem_groups


class LinkInboxView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="offers_links_list",
        tags=["offers"],
        parameters=[shapes.InboxQuerySerializer, *PAGING],
        responses=shapes.InboxRowSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Offers without a product, newest first, each with the products that may be meant and why."""
        given = {"integration_id": request.query_params.get("integrationId") or None}
        given |= {name: request.query_params.get(name) or None for name in ("kind", "why")}
        query = shapes.InboxQuerySerializer(
            data={name: value for name, value in given.items() if value is not None}
        )
        query.is_valid(raise_exception=True)
        values = query.validated_data
        offers = link_inbox.inbox_offers(
            organization=self.organization,
            wanted=link_inbox.InboxFilter(
                kind=values["kind"],
                why=values.get("why", ""),
                integration=str(values.get("integration_id", "")),
            ),
        )
        paging = PageLimitPagination()
        page = paging.paginate_queryset(offers, request)
        rows = link_inbox.rows_of(organization=self.organization, offers=page)
        return paging.get_paginated_response(shapes.InboxRowSerializer(rows, many=True).data)


class LinkAllView(OrganizationAPIView):
    @extend_schema(
        operation_id="offers_links_suggested",
        tags=["offers"],
        request=shapes.LinkAllSerializer,
        responses=shapes.LinkedAllSerializer,
    )
    def post(self, request: Request) -> Response:
        """Link all offers with a suggestion of one kind, one piece per sold unit.

        409 when there is none. The answer's `batchId` takes all of it back.
        """
        given = shapes.LinkAllSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        why = given.validated_data["why"]
        seen = link_inbox.bulk_preview(organization=self.organization, why=why)
        if given.validated_data["dry_run"]:
            return Response({"batch_id": None, "links": seen["count"]})
        batch = operations.link_suggested(
            organization=self.organization,
            why=SuggestedBy(why),
            upto=seen["upto"],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response({"batch_id": batch.pk, "links": batch.links})


class LinkBatchUndoView(OrganizationAPIView):
    @extend_schema(
        operation_id="offers_links_undo",
        tags=["offers"],
        request=None,
        responses=shapes.UndoneSerializer,
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Take the links of a batch back; those changed since stay. 409 when that was done already."""
        batches = LinkBatch.objects.for_organization(self.organization)
        batch = get_object_or_404(batches, pk=batch_id)
        undone = operations.undo_batch(batch=batch, actor=self.actor, now=timezone.now())
        return Response({"undone": undone})


class LinkIgnoreView(OrganizationAPIView):
    @extend_schema(
        operation_id="offers_links_ignore",
        tags=["offers"],
        request=shapes.OfferIdsSerializer,
        responses=shapes.IgnoredSerializer,
    )
    def post(self, request: Request) -> Response:
        """Leave offers without a product on purpose; linked ones and foreign ids are left out."""
        given = shapes.OfferIdsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        ignored = operations.ignore_offers(
            organization=self.organization,
            offer_ids=given.validated_data["offer_ids"],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response({"ignored": ignored})


class OfferLinksView(OrganizationAPIView):
    @extend_schema(
        operation_id="offer_links_list",
        tags=["offers"],
        responses=LinkedProductSerializer(many=True),
    )
    def get(self, request: Request, offer_id: str) -> Response:
        """The products in one offer, with their pieces per sold unit."""
        links = OfferLink.objects.filter(offer=_offer(self, offer_id)).select_related("product")
        return Response(LinkedProductSerializer(links.order_by("pk"), many=True).data)

    @extend_schema(
        operation_id="offer_links_add",
        tags=["offers"],
        request=shapes.NewLinkSerializer,
        responses={201: LinkedProductSerializer},
    )
    def post(self, request: Request, offer_id: str) -> Response:
        """Put a product into the offer, or change its pieces. 409 when it is so already."""
        offer = _offer(self, offer_id)
        given = shapes.NewLinkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        product = product_by_code(organization=self.organization, code=given.validated_data["code"])
        if product is None:
            message = _("No product of yours has this code, nor is it the EAN of just one.")
            raise serializers.ValidationError({"code": [message]})
        link = operations.link_offer(
            offer=offer,
            product=product,
            units_per_offer=given.validated_data["units_per_offer"],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(LinkedProductSerializer(link).data, status=201)


class OfferLinkView(OrganizationAPIView):
    @extend_schema(operation_id="offer_links_remove", tags=["offers"], responses={204: None})
    def delete(self, request: Request, offer_id: str, link_id: str) -> Response:
        """Take a product out of the offer. An offer left without any is not linked by itself again."""
        links = OfferLink.objects.for_organization(self.organization)
        link = get_object_or_404(
            links.select_related("offer", "product"), pk=link_id, offer_id=offer_id
        )
        operations.unlink_offer(link=link, actor=self.actor, now=timezone.now())
        return Response(status=204)


class OfferProductView(OrganizationAPIView):
    @extend_schema(
        operation_id="offer_product_make",
        tags=["offers"],
        request=None,
        responses={201: LinkedProductSerializer},
    )
    def post(self, request: Request, offer_id: str) -> Response:
        """Make a product from the offer and link it. 409 when there is one, or its code is taken."""
        offer = _offer(self, offer_id)
        operations.make_product(offer=offer, actor=self.actor, now=timezone.now())
        link = OfferLink.objects.select_related("product").get(offer=offer)
        return Response(LinkedProductSerializer(link).data, status=201)


class ProblemsView(OrganizationAPIView):
    @extend_schema(
        operation_id="offers_problems",
        tags=["offers"],
        responses=shapes.ProblemGroupsSerializer,
    )
    def get(self, request: Request) -> Response:
        """What Allegro objects to, by code: safety (GPSR) first. Offers: `/allegro/offers?problem=`."""
        groups = problem_groups(
            organization=self.organization,
            integration=request.query_params.get("integrationId", ""),
        )
        return Response(shapes.ProblemGroupsSerializer({"groups": groups}).data)


class OfferStateView(OrganizationAPIView):
    @extend_schema(
        operation_id="offer_state", tags=["offers"], responses=shapes.OfferStateSerializer
    )
    def get(self, request: Request, offer_id: str) -> Response:
        """Each field as what was agreed, what we hold and what Allegro shows, with why; problems too."""
        offer = _offer(self, offer_id)
        fields = sorted(fields_of(offer=offer), key=lambda one: one.field)
        for one in fields:
            one.reason = field_reason(one)  # type: ignore[attr-defined]
        body = {
            "values": fields,
            "problems": offer_problems(offer=offer),
            "marketplaces": OfferMarketplace.objects.filter(offer=offer).order_by("marketplace"),
            "read_at": offer.read_at,
            "read_wanted_at": offer.read_wanted_at,
        }
        return Response(shapes.OfferStateSerializer(body).data)


def _offer(view: OrganizationAPIView, offer_id: str) -> Offer:
    offers = Offer.objects.for_organization(view.organization)
    return get_object_or_404(offers.select_related("organization"), pk=offer_id)
