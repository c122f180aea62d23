"""Discrepancies for operators: every organization's, with their history, read-only."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from syncs.models import Discrepancy, DiscrepancyEntry, DiscrepancyRule, OfferAtLastCheck


@admin.register(Discrepancy)
class DiscrepancyAdmin(ReadOnlyAdmin):
    list_display = [
        "pk", "kind", "cause", "severity", "status", "ours", "theirs", "difference", "offer",
        "product", "integration", "organization", "occurrences", "last_seen_at",
    ]  # fmt: skip
    list_filter = ["status", "severity", "kind", "cause", "resolution"]
    list_select_related = ["offer", "product", "integration", "organization"]
    search_fields = ["=fingerprint", "=offer__allegro_id", "=product__code"]


@admin.register(DiscrepancyEntry)
class DiscrepancyEntryAdmin(ReadOnlyAdmin):
    list_display = ["pk", "at", "kind", "discrepancy", "actor", "rule", "organization"]
    list_filter = ["kind"]
    list_select_related = ["discrepancy", "actor", "rule", "organization"]
    search_fields = ["=discrepancy__fingerprint"]


@admin.register(DiscrepancyRule)
class DiscrepancyRuleAdmin(ReadOnlyAdmin):
    list_display = [
        "pk", "name", "organization", "position", "enabled", "kind", "threshold", "severity",
        "auto_resolve",
    ]  # fmt: skip
    list_filter = ["enabled", "kind", "auto_resolve"]
    list_select_related = ["organization"]
    search_fields = ["name"]


@admin.register(OfferAtLastCheck)
class OfferAtLastCheckAdmin(ReadOnlyAdmin):
    list_display = ["offer", "publication_status", "quantity", "checked_at", "organization"]
    list_filter = ["publication_status"]
    list_select_related = ["offer", "organization"]
    search_fields = ["=offer__allegro_id"]
