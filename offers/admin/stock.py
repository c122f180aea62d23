"""Stock on its way to Allegro for operators: looked at here, tried again by actions."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import TabularInline

from core.admin import ReadOnlyAdmin
from offers.models import OfferPush, StockBrake, StockCommand, StockCommandItem, StockFeed


@admin.register(StockFeed)
class StockFeedAdmin(ReadOnlyAdmin):
    list_display = ["integration", "warehouse", "priority", "organization", "updated_at"]
    list_select_related = ["integration", "warehouse", "organization"]


@admin.register(OfferPush)
class OfferPushAdmin(ReadOnlyAdmin):
    list_display = [
        "offer", "integration", "organization", "state", "reason", "target", "shown", "cause",
        "attempts", "next_attempt_at", "requested_at", "last_trace_id",
    ]  # fmt: skip
    list_filter = ["state", "reason", "cause"]
    list_select_related = ["offer", "integration", "organization"]
    search_fields = ["=offer__allegro_id", "=offer__external_id", "=last_trace_id"]


class StockCommandItemInline(TabularInline):
    model = StockCommandItem
    fields = ["offer", "value", "shown_before", "state", "code", "message"]
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(StockCommand)
class StockCommandAdmin(ReadOnlyAdmin):
    list_display = [
        "uuid", "kind", "integration", "organization", "state", "outcome", "created_at",
        "accepted_at", "completed_at", "attempts", "last_trace_id",
    ]  # fmt: skip
    list_filter = ["state", "outcome", "kind"]
    list_select_related = ["integration", "organization"]
    search_fields = ["=uuid", "=last_trace_id"]
    inlines = [StockCommandItemInline]


@admin.register(StockCommandItem)
class StockCommandItemAdmin(ReadOnlyAdmin):
    list_display = ["offer", "command", "value", "shown_before", "state", "code", "organization"]
    list_filter = ["state"]
    list_select_related = ["offer", "command", "organization"]
    search_fields = ["=offer__allegro_id"]


@admin.register(StockBrake)
class StockBrakeAdmin(ReadOnlyAdmin):
    list_display = [
        "integration", "organization", "state", "opened_at", "zeros", "active", "decided_at",
        "decided_by",
    ]  # fmt: skip
    list_filter = ["state"]
    list_select_related = ["integration", "organization", "decided_by"]
