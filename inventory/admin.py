"""Stock for operators: everything to look at; the ledger and levels are written by operations alone."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from core.admin import ReadOnlyAdmin
from core.errors import HubError
from core.work import replay
from inventory import operations
from inventory.enums import HoldState, StocktakeStage
from inventory.models import (
    BundlePart,
    Hold,
    LowStock,
    Reservation,
    StockLevel,
    StockMovement,
    Stocktake,
    StocktakeLine,
    Transfer,
    TransferLine,
    TransferReceipt,
    Warehouse,
)


@admin.action(description="Recount: make levels, ledger and promises of these organizations agree")
def recount(model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Warehouse]) -> None:
    """Operators mend what a fault left behind; each level is audited."""
    mended = 0
    for organization_id in sorted(set(queryset.values_list("organization_id", flat=True))):
        mended += len(
            operations.mend_stock(
                organization_id=organization_id,
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        )
    model_admin.message_user(request, f"{mended} levels mended.")


@admin.register(Warehouse)
class WarehouseAdmin(ModelAdmin):
    actions = [recount]
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


@admin.register(BundlePart)
class BundlePartAdmin(ReadOnlyAdmin):
    list_display = ["bundle", "units", "part", "organization"]
    list_select_related = ["bundle", "part", "organization"]
    search_fields = ["bundle__code", "part__code"]


@admin.action(description="Release: give the pieces back")
def release_holds(
    model_admin: ReadOnlyAdmin, request: HttpRequest, queryset: QuerySet[Hold]
) -> None:
    """Operators let go of pieces that a script forgot."""
    released = 0
    for hold in queryset.filter(state=HoldState.ACTIVE):
        try:
            operations.release_hold(hold=hold, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
        except HubError as error:
            model_admin.message_user(request, f"{hold}: {error.detail}", messages.WARNING)
        else:
            released += 1
    model_admin.message_user(request, f"{released} released.")


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    list_display = [
        "key", "product", "quantity", "state", "reference", "expires_at", "created_at",
        "organization",
    ]  # fmt: skip
    list_filter = ["state"]
    list_select_related = ["product", "organization"]
    search_fields = ["=key", "=reference", "product__code"]
    actions = [release_holds]


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = [
        "label", "source", "destination", "state", "sent_at", "closed_at", "organization",
    ]  # fmt: skip
    list_filter = ["state"]
    list_select_related = ["source", "destination", "organization"]
    search_fields = ["=number", "organization__name"]


@admin.register(TransferLine)
class TransferLineAdmin(ReadOnlyAdmin):
    list_display = ["transfer", "product", "quantity", "received", "missing", "organization"]
    list_select_related = ["transfer", "product", "organization"]
    search_fields = ["product__code"]


@admin.register(TransferReceipt)
class TransferReceiptAdmin(ReadOnlyAdmin):
    list_display = ["transfer", "pieces", "reason", "actor", "at", "organization"]
    list_select_related = ["transfer", "actor", "organization"]


@admin.action(description="Post again what stopped")
def post_again(
    model_admin: ReadOnlyAdmin, request: HttpRequest, queryset: QuerySet[Stocktake]
) -> None:
    """Counts whose posting gave up are tried again; what was booked stays booked."""
    stopped = queryset.filter(stage=StocktakeStage.POSTING)
    count = replay(stopped, now=timezone.now())
    model_admin.message_user(request, f"{count} to be posted.")


@admin.register(Stocktake)
class StocktakeAdmin(ReadOnlyAdmin):
    list_display = [
        "label", "warehouse", "stage", "state", "attempts", "last_error", "started_at", "closed_at",
        "organization",
    ]  # fmt: skip
    list_filter = ["stage", "state"]
    list_select_related = ["warehouse", "organization"]
    search_fields = ["=number", "organization__name"]
    actions = [post_again]


@admin.register(StocktakeLine)
class StocktakeLineAdmin(ReadOnlyAdmin):
    list_display = [
        "stocktake", "product", "expected", "counted", "book", "change", "outcome", "organization",
    ]  # fmt: skip
    list_filter = ["outcome"]
    list_select_related = ["stocktake", "product", "organization"]
    search_fields = ["product__code"]


@admin.register(LowStock)
class LowStockAdmin(ReadOnlyAdmin):
    list_display = ["product", "available", "threshold", "since", "organization"]
    list_select_related = ["product", "organization"]
    search_fields = ["product__code"]
