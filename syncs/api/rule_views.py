"""``/sync/rules``: what the seller thinks of sorts of discrepancies."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from syncs.api.discrepancy_serializers import RulePreviewSerializer, RuleSerializer
from syncs.api.views import account_of
from syncs.models import DiscrepancyRule
from syncs.operations import discrepancies as operations
from syncs.queries.rules import rule_preview, rules_of

LAST = 2**31 - 1


class RulesView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="sync_rules_list",
        tags=["sync"],
        parameters=PAGING,
        responses=RuleSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The rules in the order in which they are asked."""
        rules = rules_of(organization=self.organization)
        return PageLimitPagination.answer(request, rules, RuleSerializer)

    @extend_schema(
        operation_id="sync_rules_add",
        tags=["sync"],
        request=RuleSerializer,
        responses={201: RuleSerializer},
    )
    def post(self, request: Request) -> Response:
        """Add a rule after the others."""
        rule = operations.add_rule(
            organization=self.organization,
            values=_values(self, request),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(RuleSerializer(rule).data, status=201)


class RuleView(OrganizationAPIView):
    @extend_schema(operation_id="sync_rules_read", tags=["sync"], responses=RuleSerializer)
    def get(self, request: Request, rule_id: str) -> Response:
        """One rule."""
        return Response(RuleSerializer(_rule(self, rule_id)).data)

    @extend_schema(
        operation_id="sync_rules_change",
        tags=["sync"],
        request=RuleSerializer,
        responses=RuleSerializer,
    )
    def patch(self, request: Request, rule_id: str) -> Response:
        """Change a rule; the next check goes by it."""
        rule = operations.update_rule(
            rule=_rule(self, rule_id),
            values=_values(self, request, partial=True),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(RuleSerializer(rule).data)

    @extend_schema(operation_id="sync_rules_remove", tags=["sync"], responses={204: None})
    def delete(self, request: Request, rule_id: str) -> Response:
        """Delete a rule; what it settled stays settled."""
        operations.remove_rule(rule=_rule(self, rule_id), actor=self.actor, now=timezone.now())
        return Response(status=204)


class RulePreviewView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_rules_preview",
        tags=["sync"],
        request=RuleSerializer,
        responses=RulePreviewSerializer,
    )
    def post(self, request: Request) -> Response:
        """What a rule like this, asked last, would do to what is open now. Nothing is saved."""
        rule = DiscrepancyRule(
            organization=self.organization, position=LAST, **_values(self, request)
        )
        operations.check_rule(rule)
        return Response(RulePreviewSerializer(rule_preview(rule=rule)).data)


def _values(
    view: OrganizationAPIView, request: Request, *, partial: bool = False
) -> dict[str, Any]:
    serializer = RuleSerializer(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    values = dict(serializer.validated_data)
    if "integration_id" in values:
        wanted = values.pop("integration_id")
        values["integration"] = None if wanted is None else account_of(view, wanted)
    return values


def _rule(view: OrganizationAPIView, rule_id: str) -> DiscrepancyRule:
    found: DiscrepancyRule = get_object_or_404(rules_of(organization=view.organization), pk=rule_id)
    return found
