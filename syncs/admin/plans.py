"""What runs plan, and what holds it, for operators."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from syncs.models import PlannedChange, RunBrake, RunTarget


@admin.register(PlannedChange)
class PlannedChangeAdmin(ReadOnlyAdmin):
    list_display = [
        "offer", "field", "action", "reason", "state", "outcome", "brake", "run", "organization",
    ]  # fmt: skip
    list_filter = ["state", "action", "brake"]
    list_select_related = ["offer", "run", "organization"]
    search_fields = ["=offer__allegro_id", "=run__id"]


@admin.register(RunTarget)
class RunTargetAdmin(ReadOnlyAdmin):
    list_display = ["run", "offer", "field", "organization"]
    list_select_related = ["offer", "run", "organization"]
    search_fields = ["=offer__allegro_id", "=run__id"]


@admin.register(RunBrake)
class RunBrakeAdmin(ReadOnlyAdmin):
    list_display = [
        "run", "kind", "state", "count", "total", "limit", "organization", "opened_at",
        "decided_by", "decided_at",
    ]  # fmt: skip
    list_filter = ["state", "kind"]
    list_select_related = ["run", "organization", "decided_by"]
    search_fields = ["=run__id"]
