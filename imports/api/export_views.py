"""``/export/products``: the catalogue as a file."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.api.views import OrganizationAPIView
from imports.api.serializers import ERRORS_CSV
from imports.downloads import catalogue_response
from imports.formats import FORMATS, bizbox


class ExportView(OrganizationAPIView):
    @extend_schema(
        operation_id="products_export",
        tags=["imports"],
        parameters=[
            OpenApiParameter(
                "layout",
                OpenApiTypes.STR,
                enum=[one.key for one in FORMATS],
                default=bizbox.KEY,
                description="In whose columns",
            )
        ],
        responses=ERRORS_CSV,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """All products that are not archived as CSV in the columns of a shop."""
        return catalogue_response(self.organization, request.query_params.get("layout", bizbox.KEY))
