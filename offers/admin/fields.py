"""The three values of each field for operators."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from offers.models import FieldState


@admin.register(FieldState)
class FieldStateAdmin(ReadOnlyAdmin):
    list_display = [
        "offer", "field", "in_step", "ours_reason", "decision", "organization", "base_at",
        "ours_at", "theirs_at",
    ]  # fmt: skip
    list_filter = ["ours_reason"]
    list_select_related = ["offer", "organization"]
    search_fields = ["=offer__allegro_id"]
