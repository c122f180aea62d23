"""``/products/bulk-edits``: many products, shown first, applied when confirmed, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from products import operations
from products.api.serializers.bulk import (
    BulkEditRowSerializer,
    BulkEditSerializer,
    BulkEditWishSerializer,
)
from products.enums import EditRowState
from products.forms import wish_of
from products.models import BulkEdit
from products.operations import StepGiven

TAGS = ["products: bulk edits"]


class OneEditView(OrganizationAPIView):
    """A view of one edit."""

    def edit(self, pk: str) -> BulkEdit:
        """The organization's edit; 404 when there is none."""
        edits = BulkEdit.objects.for_organization(self.organization)
        found: BulkEdit = get_object_or_404(edits.prefetch_related("steps"), pk=pk)
        return found

    def shown(self, edit: BulkEdit) -> Any:
        """The edit with how many of its products are in each state."""
        counts = edit.rows.order_by().values_list("state").annotate(count=Count("pk"))
        edit.counts = dict(counts)  # type: ignore[attr-defined]
        return BulkEditSerializer(edit).data


class BulkEditsView(OneEditView):
    """Edits; POST begins one."""

    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="products_bulk_edits",
        tags=TAGS,
        parameters=PAGING,
        responses=BulkEditSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Edits, newest first, without counts."""
        edits = BulkEdit.objects.for_organization(self.organization).order_by("-pk")
        return PageLimitPagination.answer(
            request, edits.prefetch_related("steps"), BulkEditSerializer
        )

    @extend_schema(
        operation_id="products_bulk_edit_start",
        tags=TAGS,
        request=BulkEditWishSerializer,
        responses={201: BulkEditSerializer},
    )
    def post(self, request: Request) -> Response:
        """Check an edit. Nothing of a product changes before it is confirmed."""
        serializer = BulkEditWishSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        edit = operations.start_edit(
            organization=self.organization,
            given=[StepGiven(**step) for step in given["steps"]],
            ids=given.get("ids", ()),
            wish=wish_of(given["filter"]) if "filter" in given else None,
            selection=given.get("filter", ""),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(self.shown(edit), status=201)


class BulkEditView(OneEditView):
    """One edit."""

    @extend_schema(operation_id="products_bulk_edit", tags=TAGS, responses=BulkEditSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """Its stage, its steps, its products by state."""
        return Response(self.shown(self.edit(pk)))


class BulkEditRowsView(OneEditView):
    """The products of an edit."""

    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="products_bulk_edit_rows",
        tags=TAGS,
        parameters=[*PAGING, OpenApiParameter("state", OpenApiTypes.STR, enum=EditRowState.values)],
        responses=BulkEditRowSerializer(many=True),
    )
    def get(self, request: Request, pk: str) -> Response:
        """What becomes or became of each product, and why not."""
        rows = self.edit(pk).rows.select_related("product").order_by("pk")
        state = request.query_params.get("state", "")
        if state in EditRowState.values:
            rows = rows.filter(state=state)
        return PageLimitPagination.answer(request, rows, BulkEditRowSerializer)


class _DecideView(OneEditView):
    """A decision about an edit."""

    act: ClassVar[Callable[..., BulkEdit]]

    def decide(self, pk: str) -> Response:
        edit = type(self).act(edit=self.edit(pk), actor=self.actor, now=timezone.now())
        return Response(self.shown(edit))


class ConfirmEditView(_DecideView):
    """An edit, confirmed."""

    act = operations.confirm_edit

    @extend_schema(
        operation_id="products_bulk_edit_confirm",
        tags=TAGS,
        request=None,
        responses=BulkEditSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Apply what the preview shows, in batches."""
        return self.decide(pk)


class CancelEditView(_DecideView):
    """An edit, dropped."""

    act = operations.cancel_edit

    @extend_schema(
        operation_id="products_bulk_edit_cancel",
        tags=TAGS,
        request=None,
        responses=BulkEditSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Drop an edit that was not confirmed."""
        return self.decide(pk)


class UndoEditView(_DecideView):
    """An edit, taken back."""

    act = operations.undo_edit

    @extend_schema(
        operation_id="products_bulk_edit_undo",
        tags=TAGS,
        request=None,
        responses=BulkEditSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Give every product its former values back, except where they were changed since."""
        return self.decide(pk)
