"""Values on their way to Allegro, own values, price rules and exchange rates for operators."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline

from core.admin import ReadOnlyAdmin
from offers import operations
from offers.models import (
    ExchangeRate,
    OwnValue,
    PriceRule,
    ValueCommand,
    ValueCommandItem,
    ValuePush,
)


@admin.register(ValuePush)
class ValuePushAdmin(ReadOnlyAdmin):
    list_display = [
        "offer", "field", "integration", "organization", "state", "reason", "cause", "attempts",
        "next_attempt_at", "requested_at", "last_trace_id",
    ]  # fmt: skip
    list_filter = ["state", "reason", "cause", "field"]
    list_select_related = ["offer", "integration", "organization"]
    search_fields = ["=offer__allegro_id", "=offer__external_id", "=last_trace_id"]
    actions = ["retry"]

    @admin.action(description=_("Try again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[ValuePush]) -> None:
        """Make the chosen pushes due from their first attempt."""
        count = operations.retry_values(
            pushes=queryset,
            actor=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        text = ngettext("%(n)d is looked at again.", "%(n)d are looked at again.", count)
        messages.success(request, text % {"n": count})


class ValueCommandItemInline(TabularInline):
    model = ValueCommandItem
    fields = ["offer", "field", "value", "before", "state", "code", "message"]
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(ValueCommand)
class ValueCommandAdmin(ReadOnlyAdmin):
    list_display = [
        "uuid", "kind", "integration", "organization", "state", "outcome", "created_at",
        "accepted_at", "completed_at", "attempts", "last_trace_id",
    ]  # fmt: skip
    list_filter = ["state", "outcome", "kind"]
    list_select_related = ["integration", "organization"]
    search_fields = ["=uuid", "=operation_id", "=last_trace_id"]
    inlines = [ValueCommandItemInline]


@admin.register(ValueCommandItem)
class ValueCommandItemAdmin(ReadOnlyAdmin):
    list_display = ["offer", "field", "command", "state", "code", "organization"]
    list_filter = ["state", "field"]
    list_select_related = ["offer", "command", "organization"]
    search_fields = ["=offer__allegro_id"]


@admin.register(OwnValue)
class OwnValueAdmin(ReadOnlyAdmin):
    list_display = ["offer", "field", "organization", "source", "set_by", "set_at"]
    list_filter = ["field", "source"]
    list_select_related = ["offer", "organization", "set_by"]
    search_fields = ["=offer__allegro_id"]


@admin.register(PriceRule)
class PriceRuleAdmin(ReadOnlyAdmin):
    list_display = [
        "integration", "marketplace", "organization", "source", "currency", "percent", "decimals",
        "ending", "lowest", "highest", "updated_at",
    ]  # fmt: skip
    list_filter = ["source"]
    list_select_related = ["integration", "organization"]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReadOnlyAdmin):
    list_display = ["currency", "quote", "rate", "rate_date", "organization", "entered_by"]
    list_filter = ["currency", "quote"]
    list_select_related = ["organization", "entered_by"]
