"""``/allegro/offers``: the offers as last seen at Allegro."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from offers.api.edit_views import OfferChanges
from offers.api.serializers import OfferQuerySerializer, OfferSerializer
from offers.enums import LinkState
from offers.queries import OfferFilter, offers_matching
from offers.queries.sync_states import GROUPS


class OffersView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="offers_list",
        tags=["offers"],
        parameters=[
            *PAGING,
            OpenApiParameter("search", OpenApiTypes.STR, description="In title, code, EAN, number"),
            OpenApiParameter("integrationId", OpenApiTypes.INT, description="One account"),
            OpenApiParameter("allegroId", OpenApiTypes.STR, description="Allegro's offer number"),
            OpenApiParameter("status", OpenApiTypes.STR, description="Publication status"),
            OpenApiParameter("linkState", OpenApiTypes.STR, enum=LinkState.values),
            OpenApiParameter("sync", OpenApiTypes.STR, enum=list(GROUPS)),
            OpenApiParameter("differs", OpenApiTypes.STR, description="A field, as `PRICE`"),
            OpenApiParameter("problem", OpenApiTypes.STR, description="Allegro's code, or `any`"),
            OpenApiParameter("marketplace", OpenApiTypes.STR, description="An additional one"),
        ],
        responses=OfferSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Offers of all accounts, newest first, each with its products or why it has none."""
        wanted = _query(request)
        offers = offers_matching(
            organization=self.organization,
            wanted=OfferFilter(
                search=wanted.get("search", ""),
                integration=str(wanted.get("integration_id", "")),
                status=wanted.get("status", ""),
                link=wanted.get("link_state", ""),
                sync=wanted.get("sync", ""),
                differs=wanted.get("differs", ""),
                problem=wanted.get("problem", ""),
                marketplace=wanted.get("marketplace", ""),
            ),
        )
        if "allegro_id" in wanted:
            offers = offers.filter(allegro_id=wanted["allegro_id"])
        return PageLimitPagination.answer(request, offers, OfferSerializer)


class OfferView(OfferChanges):
    @extend_schema(operation_id="offers_read", tags=["offers"], responses=OfferSerializer)
    def get(self, request: Request, offer_id: str) -> Response:
        """One offer by our id. Allegro's number is found with ``?allegroId=`` on the list."""
        offers = offers_matching(organization=self.organization, wanted=OfferFilter())
        return Response(OfferSerializer(get_object_or_404(offers, pk=offer_id)).data)


_NAMES = {"integrationId": "integration_id", "allegroId": "allegro_id", "linkState": "link_state"}


def _query(request: Request) -> dict[str, str]:
    """The query string, validated. Query names are camelCase as the bodies are."""
    given = {_NAMES.get(name, name): value for name, value in request.query_params.items() if value}
    serializer = OfferQuerySerializer(data=given)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
