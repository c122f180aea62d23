"""Conflicts for operators: looked at here, decided by the seller."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from syncs.models import Conflict


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    list_display = [
        "offer", "field", "state", "reason", "resolution", "integration", "organization",
        "opened_at", "resolved_by", "resolved_at",
    ]  # fmt: skip
    list_filter = ["state", "resolution"]
    list_select_related = ["offer", "integration", "organization", "resolved_by"]
    search_fields = ["=offer__allegro_id"]
