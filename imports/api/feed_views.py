"""``/import/feeds``: files of suppliers that are fetched by themselves."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from imports import operations
from imports.api.serializers import FeedSerializer
from imports.models import SupplierFeed
from settings_app.models import Supplier


class FeedsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="import_feeds_list",
        tags=["imports"],
        parameters=PAGING,
        responses=FeedSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Every feed of the organization."""
        feeds = SupplierFeed.objects.for_organization(self.organization).order_by("pk")
        return PageLimitPagination.answer(request, feeds, FeedSerializer)


class FeedView(OrganizationAPIView):
    @extend_schema(
        operation_id="import_feed_set",
        tags=["imports"],
        request=FeedSerializer,
        responses=FeedSerializer,
    )
    def put(self, request: Request, supplier_pk: int) -> Response:
        """Set how the file at the supplier's feed address is fetched; switched on, it is looked at now."""
        suppliers = Supplier.objects.for_organization(self.organization)
        supplier = get_object_or_404(suppliers, pk=supplier_pk)
        serializer = FeedSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        feed = operations.save_feed(
            supplier=supplier,
            switched_on=values.pop("is_open"),
            values=values,
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(FeedSerializer(feed).data)


class FeedLookView(OrganizationAPIView):
    @extend_schema(
        operation_id="import_feed_look",
        tags=["imports"],
        request=None,
        responses={202: FeedSerializer},
    )
    def post(self, request: Request, supplier_pk: int) -> Response:
        """Look at the supplier's address at once; what is new becomes an import."""
        feeds = SupplierFeed.objects.for_organization(self.organization)
        feed = get_object_or_404(feeds.select_related("supplier"), supplier_id=supplier_pk)
        operations.look_now(feed=feed, actor=self.actor, now=timezone.now())
        feed.refresh_from_db()
        return Response(FeedSerializer(feed).data, status=202)
