"""Offers for operators: looked at here, changed at Allegro and on the pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline

from core.admin import ReadOnlyAdmin
from offers.models import Offer, OfferLink
from offers.operations import link_offers


class OfferLinkInline(TabularInline):
    model = OfferLink
    fields = ["product", "units_per_offer", "source", "linked_by", "linked_at"]
    extra = 0
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = [
        "allegro_id", "title", "integration", "organization", "external_id", "price", "currency",
        "stock_available", "publication_status", "link_state", "remote_seen_at", "missing_since",
    ]  # fmt: skip
    list_filter = [
        "link_state", "publication_status", ("missing_since", admin.EmptyFieldListFilter),
    ]  # fmt: skip
    list_select_related = ["integration", "organization"]
    search_fields = ["=allegro_id", "=external_id", "=ean"]
    exclude = ["content_hash"]
    inlines = [OfferLinkInline]
    actions = ["link_again"]

    @admin.action(description=_("Link to products again"))
    def link_again(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        """Recognise the chosen offers again; what people linked or unlinked stays."""
        chosen: dict[int, list[int]] = {}
        for organization_id, pk in queryset.values_list("organization_id", "pk"):
            chosen.setdefault(organization_id, []).append(pk)
        linked = sum(
            len(link_offers(organization_id=one, offer_ids=ids, now=timezone.now()).linked_ids)
            for one, ids in chosen.items()
        )
        messages.success(
            request,
            ngettext(
                "%(n)d offer was newly linked.",
                "%(n)d offers were newly linked.",
                linked,
            )
            % {"n": linked},
        )


@admin.register(OfferLink)
class OfferLinkAdmin(ReadOnlyAdmin):
    list_display = [
        "offer", "product", "units_per_offer", "source", "organization", "linked_by", "linked_at",
    ]  # fmt: skip
    list_filter = ["source"]
    list_select_related = ["offer", "product", "organization", "linked_by"]
    search_fields = ["=offer__allegro_id", "=product__code"]
