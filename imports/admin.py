from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from core.errors import HubError
from imports import operations
from imports.models import (
    ColumnMapping,
    ImportJob,
    ImportRow,
    MappedColumn,
    RememberedMeaning,
    SupplierFeed,
)


class ReadOnlyAdmin(ModelAdmin):
    """What happened: to look at, not to change."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    """Imports of every organization, with what is stuck and the means to move it."""

    list_display = ("id", "organization", "file_name", "stage", "state", "rows_total", "rows_wrong",
                    "rows_applied", "attempts", "created_at")  # fmt: skip
    list_filter = (
        "stage",
        "state",
        ("last_error", admin.EmptyFieldListFilter),
        "format",
        "encoding",
    )
    list_select_related = ("organization",)
    raw_id_fields = ("organization", "uploaded_by", "supplier", "same_file_as")
    search_fields = ("file_name", "sha256", "organization__name")
    actions = ("retry", "cancel")
    ordering = ("-pk",)

    @admin.action(description=_("Try again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[ImportJob]) -> None:
        self._each(request, queryset, operations.retry)

    @admin.action(description=_("Stop"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[ImportJob]) -> None:
        self._each(request, queryset, operations.cancel)

    def _each(self, request: HttpRequest, queryset: QuerySet[ImportJob], decide: Any) -> None:
        done = 0
        for job in queryset:
            try:
                decide(job=job, actor=request.user, now=timezone.now())
                done += 1
            except HubError as error:
                self.message_user(request, f"{job.pk}: {error.detail}", messages.WARNING)
        if done:
            self.message_user(
                request, _("Done for imports: %(n)d.") % {"n": done}, messages.SUCCESS
            )


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ("job", "line", "code", "outcome", "applied_at")
    list_filter = ("outcome",)
    list_select_related = ("job",)
    raw_id_fields = ("job",)
    search_fields = ("=job__id", "code")
    ordering = ("-pk",)


class MappedColumnInline(TabularInline):
    """The columns of a mapping."""

    model = MappedColumn
    fields = readonly_fields = ("position", "name", "meaning")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ReadOnlyAdmin):
    """What organizations said about the columns of their files."""

    list_display = ("id", "organization", "file_name", "chosen_by", "updated_at")
    list_select_related = ("organization", "chosen_by")
    raw_id_fields = ("organization", "chosen_by")
    search_fields = ("file_name", "organization__name")
    inlines = (MappedColumnInline,)
    ordering = ("-pk",)


@admin.register(MappedColumn)
class MappedColumnAdmin(ReadOnlyAdmin):
    list_display = ("mapping", "position", "name", "meaning")
    list_filter = ("meaning",)
    list_select_related = ("mapping",)
    raw_id_fields = ("organization", "mapping")
    search_fields = ("name",)
    ordering = ("-pk",)


@admin.register(RememberedMeaning)
class RememberedMeaningAdmin(ReadOnlyAdmin):
    """What organizations said about the numbers of stock columns."""

    list_display = ("id", "organization", "supplier", "kind", "meaning", "updated_at")
    list_filter = ("meaning",)
    list_select_related = ("organization", "supplier")
    raw_id_fields = ("organization", "supplier")
    search_fields = ("kind", "organization__name")
    ordering = ("-pk",)


@admin.register(SupplierFeed)
class SupplierFeedAdmin(ReadOnlyAdmin):
    """Files that are fetched by themselves, with what went wrong and a look at once."""

    list_display = ("id", "organization", "supplier", "state", "minutes", "failures", "looked_at",
                    "brought_at", "last_error")  # fmt: skip
    list_filter = ("state", "applies_itself", ("last_error", admin.EmptyFieldListFilter))
    list_select_related = ("organization", "supplier")
    raw_id_fields = ("organization", "supplier")
    search_fields = ("supplier__name", "organization__name")
    actions = ("look_now",)
    ordering = ("-pk",)

    @admin.action(description=_("Look now"))
    def look_now(self, request: HttpRequest, queryset: QuerySet[SupplierFeed]) -> None:
        for feed in queryset.select_related("supplier"):
            try:
                operations.look_now(feed=feed, actor=request.user, now=timezone.now())
            except HubError as error:
                self.message_user(request, f"{feed.pk}: {error.told}", messages.WARNING)
