"""Suggested products of offers and what was linked of them at once, for operators."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from offers.models import LinkBatch, LinkSuggestion


@admin.register(LinkSuggestion)
class LinkSuggestionAdmin(ReadOnlyAdmin):
    list_display = ["offer", "product", "why", "organization", "made_at"]
    list_filter = ["why"]
    list_select_related = ["offer", "product", "organization"]
    search_fields = ["=offer__allegro_id", "=product__code"]
    raw_id_fields = ["offer", "product"]


@admin.register(LinkBatch)
class LinkBatchAdmin(ReadOnlyAdmin):
    list_display = ["organization", "why", "links", "made_by", "made_at", "undone_at"]
    list_filter = ["why", ("undone_at", admin.EmptyFieldListFilter)]
    list_select_related = ["organization", "made_by"]
