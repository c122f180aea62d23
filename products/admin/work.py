"""What is kept about working on the catalogue: to look at, and to try again what is stuck."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin
from products import operations
from products.models import (
    BulkEdit,
    BulkEditRow,
    BulkEditStep,
    NotDuplicate,
    ProductChange,
    SyncRule,
    SyncSelection,
)


@admin.register(ProductChange)
class ProductChangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "product", "field", "source", "reference", "actor", "organization")
    list_filter = ("source",)
    list_select_related = ("product", "actor", "organization")
    search_fields = ("product__code", "reference")
    ordering = ("-pk",)


class WorkAdmin(ReadOnlyAdmin):
    """Durable work that can be tried again."""

    actions = ("try_again",)
    ordering = ("-pk",)

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = operations.try_again(work=queryset, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
        self.message_user(request, _("%(n)d are tried again.") % {"n": count}, messages.SUCCESS)


@admin.register(BulkEdit)
class BulkEditAdmin(WorkAdmin):
    list_display = ("id", "organization", "stage", "state", "rows_total", "rows_done", "attempts",
                    "started_by", "created_at")  # fmt: skip
    list_filter = ("stage", "state", ("last_error", admin.EmptyFieldListFilter))
    list_select_related = ("organization", "started_by")
    search_fields = ("organization__name",)


@admin.register(BulkEditStep)
class BulkEditStepAdmin(ReadOnlyAdmin):
    list_display = ("edit", "field", "act", "value", "rounding", "organization")
    list_filter = ("field", "act")
    list_select_related = ("edit", "organization")


@admin.register(BulkEditRow)
class BulkEditRowAdmin(ReadOnlyAdmin):
    list_display = ("edit", "product", "state", "reason", "organization")
    list_filter = ("state", "reason")
    list_select_related = ("edit", "product", "organization")
    search_fields = ("product__code",)


@admin.register(SyncRule)
class SyncRuleAdmin(ReadOnlyAdmin):
    list_display = ("name", "position", "effect", "organization", "removed_at")
    list_filter = ("effect", ("removed_at", admin.EmptyFieldListFilter))
    list_select_related = ("organization",)
    search_fields = ("name", "organization__name")


@admin.register(SyncSelection)
class SyncSelectionAdmin(WorkAdmin):
    list_display = ("organization", "state", "changed", "wanted_at", "attempts", "last_error")
    list_filter = ("state",)
    list_select_related = ("organization",)
    search_fields = ("organization__name",)


@admin.register(NotDuplicate)
class NotDuplicateAdmin(ReadOnlyAdmin):
    list_display = ("kind", "key", "members", "organization", "actor", "at")
    list_filter = ("kind",)
    list_select_related = ("organization", "actor")
    search_fields = ("key", "organization__name")
