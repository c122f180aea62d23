"""``/products/duplicates``, ``/products/checks``, ``/products/sync-rules``."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.paging import page_number
from products import operations
from products.api.serializers.checks import (
    FindingSerializer,
    JoinSerializer,
    LikenessSerializer,
    LikeProductsSerializer,
    SyncRuleChangeSerializer,
    SyncRuleSerializer,
    SyncRulesSerializer,
)
from products.api.serializers.products import ProductSerializer
from products.enums import Likeness, RuleAct
from products.models import Product
from products.operations import RuleChange, RuleValues
from products.queries import live_rules
from products.queries.duplicates import ean_findings, groups_page
from products.queries.sync_rules import moves_by


class DuplicatesView(OrganizationAPIView):
    """Products that may be the same thing."""

    @extend_schema(
        operation_id="products_duplicates",
        tags=["products"],
        parameters=[
            OpenApiParameter("kind", OpenApiTypes.STR, enum=Likeness.values, required=True),
            OpenApiParameter("page", OpenApiTypes.INT),
        ],
        responses=LikeProductsSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Groups of products alike in ``kind``, the largest first, twenty a page."""
        kind = request.query_params.get("kind", Likeness.EAN.value)
        if kind not in Likeness.values:
            raise exceptions.ValidationError({"kind": [", ".join(Likeness.values)]})
        page = groups_page(
            organization=self.organization,
            kind=Likeness(kind),
            page=page_number(request.query_params.get("page")),
        )
        return Response(LikeProductsSerializer(page.items, many=True).data)


class DismissView(OrganizationAPIView):
    """Products that are different things."""

    @extend_schema(
        operation_id="products_not_duplicates",
        tags=["products"],
        request=LikenessSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Report the group no more, unless another product joins it."""
        serializer = LikenessSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        operations.dismiss_likeness(
            organization=self.organization,
            kind=Likeness(serializer.validated_data["kind"]),
            key=serializer.validated_data["key"],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(status=204)


class JoinView(OrganizationAPIView):
    """Several products become one."""

    @extend_schema(
        operation_id="products_join",
        tags=["products"],
        request=JoinSerializer,
        responses=ProductSerializer,
    )
    def post(self, request: Request) -> Response:
        """The others' offers and suppliers move to the one that stays; they are archived."""
        serializer = JoinSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        products = Product.objects.for_organization(self.organization)
        keep = get_object_or_404(products, pk=serializer.validated_data["keep"])
        wanted = set(serializer.validated_data["others"])
        others = list(products.filter(pk__in=wanted).order_by("pk"))
        if len(others) != len(wanted):
            raise exceptions.NotFound
        kept = operations.join_products(
            keep=keep, others=others, actor=self.actor, now=timezone.now()
        )
        return Response(ProductSerializer(kept).data)


class EanChecksView(OrganizationAPIView):
    """What is wrong with EANs."""

    @extend_schema(
        operation_id="products_ean_checks",
        tags=["products"],
        responses=FindingSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Counts by finding; the products themselves: ``GET /products?only=wrong_ean``."""
        found = ean_findings(organization=self.organization)
        rows = [{"finding": finding.value, "count": count} for finding, count in found]
        return Response(FindingSerializer(rows, many=True).data)


class SyncRulesView(OrganizationAPIView):
    """Which products sync by rule."""

    @extend_schema(
        operation_id="products_sync_rules",
        tags=["products"],
        responses=SyncRuleSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The rules in their order; without one that fits, a product syncs."""
        rules = live_rules(organization_id=self.organization.pk)
        return Response(SyncRuleSerializer(rules, many=True).data)

    @extend_schema(
        operation_id="products_sync_rules_change",
        tags=["products"],
        request=SyncRuleChangeSerializer,
        responses=SyncRulesSerializer,
    )
    def post(self, request: Request) -> Response:
        """Add, change, remove or move a rule; with ``dryRun`` only tell what that would move."""
        serializer = SyncRuleChangeSerializer(data=request.data, organization=self.organization)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        change = RuleChange(
            RuleAct(given["act"]),
            given.get("rule"),
            RuleValues(**given["values"]) if "values" in given else None,
        )
        proposed = operations.proposed_rules(organization=self.organization, change=change)
        moves = moves_by(organization=self.organization, rules=proposed)
        if not given["dry_run"]:
            operations.change_rules(
                organization=self.organization,
                change=change,
                actor=self.actor,
                now=timezone.now(),
            )
            proposed = live_rules(organization_id=self.organization.pk)
        answer = {"rules": proposed, "starts": moves.starts, "stops": moves.stops}
        return Response(SyncRulesSerializer(answer).data)
