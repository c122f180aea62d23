"""Stock: an append-only ledger, and the level it adds up to, per warehouse and product."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from inventory.enums import MovementKind


class Warehouse(TenantModel, TimestampedModel):
    """A place with stock of its own. One is the default: it takes what names no place."""

    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=60)
    is_default = models.BooleanField(_("default"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="inventory_warehouse_code"
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(is_default=True),
                name="inventory_one_default_warehouse",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StockLevel(TenantModel):
    """How many pieces lie in a warehouse and how many of them are promised.

    ``available = on_hand - reserved``; negative means more was sold than is there, which is shown and
    never hidden: Allegro sells before we hear of it, so a sale is always recorded. On hand itself
    cannot be negative.
    """

    warehouse = models.ForeignKey(Warehouse, on_delete=models.RESTRICT, related_name="levels")
    product = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, related_name="stock_levels"
    )
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    minimum = models.PositiveIntegerField(_("minimum"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "warehouse"], name="inventory_one_level_per_place"
            ),
            models.CheckConstraint(
                condition=Q(on_hand__gte=0), name="inventory_on_hand_not_below_0"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0), name="inventory_reserved_not_below_0"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "product"], name="inventory_level_product"),
            models.Index(
                fields=["organization", "product"],
                condition=Q(reserved__gt=F("on_hand")),
                name="inventory_short",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.warehouse_id}: {self.on_hand}"

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


ON_HAND_KINDS = (
    "RECEIPT", "ADJUSTMENT", "IMPORT", "RETURN", "COUNT", "TRANSFER_OUT", "TRANSFER_IN",
    "TRANSFER_DIFF",
)  # fmt: skip

RARE_KINDS = (
    "RECEIPT", "ADJUSTMENT", "RETURN", "COUNT", "TRANSFER_OUT", "TRANSFER_IN", "TRANSFER_DIFF",
    "RECOUNT",
)  # fmt: skip


def _of_kinds(*kinds: str, **numbers: int) -> Q:
    """Lines of these kinds move these numbers, whatever other kinds do."""
    return ~Q(kind__in=kinds) | Q(**numbers)


class StockMovement(TenantModel):
    """One line of the ledger. ``key`` makes each cause count once.

    Never changed or deleted, which triggers of the database see to (migration ``ledger_is_kept``): only
    the name of a person who is gone is cleared, and lines go together with their product alone.
    """

    warehouse = models.ForeignKey(Warehouse, on_delete=models.RESTRICT, related_name="+")
    product = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, related_name="stock_movements"
    )
    kind = models.CharField(_("kind"), max_length=14, choices=MovementKind.choices)
    on_hand_change = models.IntegerField(_("on hand, change"), default=0)
    reserved_change = models.IntegerField(_("reserved, change"), default=0)
    on_hand_after = models.IntegerField(_("on hand, after"))
    reserved_after = models.IntegerField(_("reserved, after"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    key = models.CharField(max_length=160)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="inventory_movement_once"),
            models.CheckConstraint(
                condition=~(Q(on_hand_change=0) & Q(reserved_change=0)),
                name="inventory_movement_moves_something",
            ),
            models.CheckConstraint(
                condition=Q(on_hand_after__gte=0) & Q(reserved_after__gte=0),
                name="inventory_movement_ends_at_0_or_more",
            ),
            models.CheckConstraint(
                condition=_of_kinds("RESERVE", on_hand_change=0, reserved_change__gt=0)
                & _of_kinds("RELEASE", on_hand_change=0, reserved_change__lt=0)
                & _of_kinds("DISPATCH", on_hand_change__lte=0, reserved_change__lt=0)
                & _of_kinds("TRANSFER_OUT", on_hand_change__lt=0)
                & _of_kinds("TRANSFER_IN", on_hand_change__gt=0)
                & _of_kinds(*ON_HAND_KINDS, reserved_change=0),
                name="inventory_movement_does_what_its_kind_says",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "product", "-id"], name="inventory_ledger_product"
            ),
            models.Index(fields=["organization", "-id"], name="inventory_ledger_recent"),
            models.Index(
                fields=["organization", "reference", "-id"],
                condition=~Q(reference=""),
                name="inventory_ledger_reference",
            ),
            # What is rare is found without walking past all sales and imports, whose lines do not
            # pay for it.
            models.Index(
                fields=["organization", "kind", "-id"],
                condition=Q(kind__in=RARE_KINDS),
                name="inventory_ledger_rare",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand_change:+d}/{self.reserved_change:+d}"
