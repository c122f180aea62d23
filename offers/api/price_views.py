"""Price rules and exchange rates in the API."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from accounts.enums import Role
from core.api.paging import PAGING, PageLimitPagination
from offers.api.edit_serializers import PriceRuleSerializer, RateSerializer
from offers.models import ExchangeRate, PriceRule
from offers.operations.prices import enter_rate, set_price_rule
from settings_app.models import Integration


class PriceRulesView(OrganizationAPIView):
    write_role = Role.OWNER

    @extend_schema(
        operation_id="price_rules_list", tags=["offers"], responses=PriceRuleSerializer(many=True)
    )
    def get(self, request: Request, pk: str) -> Response:
        """The account's price rules by marketplace."""
        rules = PriceRule.objects.filter(integration=self._integration(pk)).order_by("marketplace")
        return Response(PriceRuleSerializer(rules, many=True).data)

    @extend_schema(
        operation_id="price_rules_set",
        tags=["offers"],
        request=PriceRuleSerializer,
        responses=PriceRuleSerializer,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Set the rule of one marketplace (empty: the account's own); our prices follow it."""
        integration = self._integration(pk)
        given = PriceRuleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data: dict[str, Any] = dict(given.validated_data)
        rule = set_price_rule(
            integration=integration,
            marketplace=data.pop("marketplace"),
            values=data,
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(PriceRuleSerializer(rule).data)

    def _integration(self, pk: str) -> Integration:
        accounts = Integration.objects.for_organization(self.organization)
        found: Integration = get_object_or_404(accounts.select_related("organization"), pk=pk)
        return found


class RatesView(OrganizationAPIView):
    write_role = Role.OWNER
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="exchange_rates_list",
        tags=["offers"],
        parameters=[*PAGING],
        responses=RateSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The exchange rates the organization entered, the newest day first."""
        rates = ExchangeRate.objects.for_organization(self.organization)
        return PageLimitPagination.answer(
            request, rates.order_by("-rate_date", "currency", "quote"), RateSerializer
        )

    @extend_schema(
        operation_id="exchange_rates_enter",
        tags=["offers"],
        request=RateSerializer,
        responses={201: RateSerializer},
    )
    def post(self, request: Request) -> Response:
        """Enter what one unit of a currency costs on a day; of a day the last entry counts."""
        given = RateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        kept = enter_rate(
            organization=self.organization,
            actor=self.actor,
            now=timezone.now(),
            **given.validated_data,
        )
        return Response(RateSerializer(kept).data, status=201)
