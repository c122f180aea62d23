"""Offers being created, their settings and mappings, for operators."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline

from core.admin import ReadOnlyAdmin
from offers.models import (
    CategoryMapping,
    ParameterDefault,
    Publication,
    PublicationBatch,
    PublicationPrice,
    PublicationProblem,
    PublishSettings,
    UploadedImage,
)
from offers.operations import publishing


class ProblemInline(TabularInline):
    model = PublicationProblem
    fields = ["code", "words", "path"]
    readonly_fields = fields
    extra = 0
    can_delete = False


class PriceInline(TabularInline):
    model = PublicationPrice
    fields = ["marketplace", "price", "currency"]
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = [
        "external_id", "integration", "organization", "state", "reason", "cause", "allegro_id",
        "requested_at", "sent_at", "attempts", "next_attempt_at", "last_trace_id",
    ]  # fmt: skip
    list_filter = ["state", "reason", "cause"]
    list_select_related = ["integration", "organization"]
    search_fields = ["=external_id", "=allegro_id", "=operation_id", "=last_trace_id"]
    inlines = [ProblemInline, PriceInline]
    actions = ["retry", "cancel"]

    @admin.action(description=_("Try again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[Publication]) -> None:
        """Try what stopped again; what was sent without a result is looked for first."""
        count = publishing.retry_publications(
            publications=queryset,
            actor=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        _told(request, count)

    @admin.action(description=_("Call off what was not sent"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Publication]) -> None:
        """Call off what was not sent yet."""
        count = publishing.cancel_publications(
            publications=queryset,
            actor=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        _told(request, count)


@admin.register(PublicationBatch)
class PublicationBatchAdmin(ReadOnlyAdmin):
    list_display = ["pk", "integration", "organization", "activate", "requested_at", "requested_by"]
    list_select_related = ["integration", "organization", "requested_by"]


@admin.register(PublicationProblem)
class PublicationProblemAdmin(ReadOnlyAdmin):
    list_display = ["code", "words", "path", "publication", "organization"]
    list_filter = ["code"]
    list_select_related = ["publication", "organization"]


@admin.register(PublicationPrice)
class PublicationPriceAdmin(ReadOnlyAdmin):
    list_display = ["publication", "marketplace", "price", "currency", "organization"]
    list_select_related = ["publication", "organization"]


@admin.register(PublishSettings)
class PublishSettingsAdmin(ReadOnlyAdmin):
    list_display = [
        "integration", "organization", "shipping_rates_name", "return_policy_name",
        "responsible_producer_name", "invoice", "updated_at",
    ]  # fmt: skip
    list_select_related = ["integration", "organization"]


@admin.register(UploadedImage)
class UploadedImageAdmin(ReadOnlyAdmin):
    list_display = ["content_hash", "integration", "organization", "uploaded_at", "expires_at"]
    list_select_related = ["integration", "organization"]
    search_fields = ["=content_hash", "=source_url"]


@admin.register(CategoryMapping)
class CategoryMappingAdmin(ReadOnlyAdmin):
    list_display = ["category", "allegro_category_id", "allegro_path", "organization", "updated_at"]
    list_select_related = ["category", "organization"]
    search_fields = ["=allegro_category_id", "category__path"]


@admin.register(ParameterDefault)
class ParameterDefaultAdmin(ReadOnlyAdmin):
    list_display = ["mapping", "parameter_id", "name", "source", "value", "field", "organization"]
    list_filter = ["source"]
    list_select_related = ["mapping", "organization"]


def _told(request: HttpRequest, count: int) -> None:
    text = ngettext("%(n)d publication changed.", "%(n)d publications changed.", count)
    messages.success(request, text % {"n": count})
