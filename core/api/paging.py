"""Paging by ``page`` and ``limit``, as the published routes show it, without counting a whole table."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.paging import COUNT_CAP, Page, paged

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
LAST_PAGE = 1_000_000
# What the description of a list says of it.
PAGING = [
    OpenApiParameter("page", OpenApiTypes.INT, description="Page number, from 1"),
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"Items a page, up to {MAX_LIMIT}"),
]


class PageLimitPagination(BasePagination):
    """``?page=1&limit=50`` -> ``{"items": […], "pagination": {page, limit, total, totalIsExact, …}}``."""

    page: Page[Any]

    @classmethod
    def answer(
        cls, request: Request, queryset: QuerySet[Any], serializer: type[BaseSerializer[Any]]
    ) -> Response:
        """The page of ``queryset`` that the request asks for."""
        paging = cls()
        rows = paging.paginate_queryset(queryset, request)
        return paging.get_paginated_response(serializer(rows, many=True).data)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        number = _whole(request, "page", default=1, highest=LAST_PAGE)
        limit = _whole(request, "limit", default=DEFAULT_LIMIT, highest=MAX_LIMIT)
        self.page = paged(queryset, number=number, size=limit)
        return self.page.items

    def get_paginated_response(self, data: Any) -> Response:
        page = self.page
        return Response(
            OrderedDict(
                items=data,
                pagination=OrderedDict(
                    page=page.number,
                    limit=page.size,
                    total=page.total,
                    total_is_exact=page.total_is_exact,
                    has_next=page.has_next,
                ),
            )
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["items", "pagination"],
            "properties": {
                "items": schema,
                "pagination": {
                    "type": "object",
                    "properties": {
                        "page": {"type": "integer", "example": 1},
                        "limit": {"type": "integer", "example": DEFAULT_LIMIT},
                        "total": {
                            "type": "integer",
                            "description": f"Counted up to {COUNT_CAP}",
                        },
                        "total_is_exact": {"type": "boolean"},
                        "has_next": {"type": "boolean"},
                    },
                },
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "schema": {"type": "integer", "minimum": 1, **extra},
                "description": text,
            }
            for name, text, extra in (
                ("page", "Page number, from 1", {}),
                ("limit", "Items a page", {"maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
            )
        ]


def _whole(request: Request, name: str, *, default: int, highest: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    # The length first: int() refuses texts of thousands of digits with an error of its own.
    if not text.isdecimal() or len(text) > len(str(highest)) or not 1 <= int(text) <= highest:
        raise exceptions.ValidationError(
            {name: [_("A whole number from 1 to %(highest)d.") % {"highest": highest}]}
        )
    return int(text)
