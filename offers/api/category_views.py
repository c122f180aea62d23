"""``/allegro/categories``: Allegro's tree, read through a connected account."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.row_ids import row_id
from offers import categories
from offers.api.serializers import CategoriesSerializer, CategoryDetailSerializer
from offers.queries import connected_accounts
from settings_app.enums import IntegrationState
from settings_app.models import Integration

ACCOUNT = OpenApiParameter(
    "integrationId", OpenApiTypes.INT, description="The account to ask with; else any working one"
)


class CategoriesView(OrganizationAPIView):
    @extend_schema(
        operation_id="categories_list",
        tags=["offers"],
        parameters=[
            ACCOUNT,
            OpenApiParameter("parentId", OpenApiTypes.STR, description="Children of this category"),
        ],
        responses=CategoriesSerializer,
    )
    def get(self, request: Request) -> Response:
        """The main categories, or the children of one."""
        parent = request.query_params.get("parentId", "")[:40]
        found = categories.children(integration=_account(self, request), parent_id=parent)
        return Response({"categories": [_shown(one) for one in found]})


class CategoryView(OrganizationAPIView):
    @extend_schema(
        operation_id="categories_read",
        tags=["offers"],
        parameters=[ACCOUNT],
        responses=CategoryDetailSerializer,
    )
    def get(self, request: Request, category_id: str) -> Response:
        """One category with the parameters its offers have."""
        account = _account(self, request)
        found = categories.category(integration=account, category_id=category_id[:40])
        parameters = [_parameter(one) for one in found.get("parameters") or []]
        return Response({**_shown(found), "parameters": parameters})


def _account(view: OrganizationAPIView, request: Request) -> Integration | None:
    """The account to ask with. One that is named and not the caller's is 404."""
    named = request.query_params.get("integrationId", "")
    accounts = connected_accounts(organization=view.organization)
    if named:
        return get_object_or_404(accounts, pk=row_id(named))
    return accounts.filter(state=IntegrationState.CONNECTED).first()


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one.get("id"),
        "name": one.get("name"),
        "leaf": one.get("leaf"),
        "parent_id": (one.get("parent") or {}).get("id"),
    }


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one.get("id"),
        "name": one.get("name"),
        "type": one.get("type"),
        "required": bool(one.get("required")),
        "required_for_product": bool(one.get("requiredForProduct")),
        "unit": one.get("unit"),
        "dictionary": [
            {"id": value.get("id"), "value": value.get("value")}
            for value in one.get("dictionary") or []
        ],
    }
