"""Stock for operators: everything to look at; the ledger and levels are written by operations alone."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from core.admin import ReadOnlyAdmin
from inventory.models import Reservation, StockLevel, StockMovement, Warehouse


@admin.register(Warehouse)
class WarehouseAdmin(ModelAdmin):
    list_display = ["name", "code", "organization", "is_default", "active"]
    list_filter = ["is_default", "active"]
    list_select_related = ["organization"]
    raw_id_fields = ["organization"]
    readonly_fields = ["is_default"]
    search_fields = ["name", "code", "organization__name"]


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    list_display = ["product", "warehouse", "on_hand", "reserved", "available", "organization"]
    list_filter = [("minimum", admin.EmptyFieldListFilter)]
    list_select_related = ["product", "warehouse", "organization"]
    search_fields = ["product__code"]


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = [
        "at", "kind", "product", "warehouse", "on_hand_change", "reserved_change",
        "on_hand_after", "reserved_after", "reference", "organization",
    ]  # fmt: skip
    list_filter = ["kind"]
    list_select_related = ["product", "warehouse", "organization"]
    search_fields = ["product__code", "=reference", "=key"]


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = [
        "key",
        "product",
        "quantity",
        "state",
        "reference",
        "created_at",
        "organization",
    ]
    list_filter = ["state"]
    list_select_related = ["product", "organization"]
    search_fields = ["=key", "=reference", "product__code"]
