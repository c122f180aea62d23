"""What Allegro shows of offers, for operators: to look at only."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from offers.models import OfferChange, OfferContent, OfferMarketplace, OfferProblem


@admin.register(OfferContent)
class OfferContentAdmin(ReadOnlyAdmin):
    list_display = ["offer", "organization", "read_at", "changed_at", "validated_at"]
    list_select_related = ["offer", "organization"]
    search_fields = ["=offer__allegro_id"]
    raw_id_fields = ["offer"]


@admin.register(OfferMarketplace)
class OfferMarketplaceAdmin(ReadOnlyAdmin):
    list_display = ["offer", "marketplace", "price", "currency", "state", "organization", "seen_at"]
    list_filter = ["state", "marketplace"]
    list_select_related = ["offer", "organization"]
    search_fields = ["=offer__allegro_id"]
    raw_id_fields = ["offer"]


@admin.register(OfferProblem)
class OfferProblemAdmin(ReadOnlyAdmin):
    list_display = [
        "code", "offer", "integration", "organization", "source", "is_error", "first_seen_at",
        "last_seen_at",
    ]  # fmt: skip
    list_filter = ["source", "is_error"]
    list_select_related = ["offer", "integration", "organization"]
    search_fields = ["=offer__allegro_id", "=code"]
    raw_id_fields = ["offer"]


@admin.register(OfferChange)
class OfferChangeAdmin(ReadOnlyAdmin):
    list_display = ["offer", "field", "before", "after", "organization", "seen_at"]
    list_filter = ["field"]
    list_select_related = ["offer", "organization"]
    search_fields = ["=offer__allegro_id"]
    raw_id_fields = ["offer"]
