"""Counting what lies in a warehouse."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from core.work import DurableWork, due_index
from inventory.enums import LineOutcome, StocktakeStage
from inventory.models.stock import Warehouse


class Stocktake(TenantModel, DurableWork, TimestampedModel):
    """A count of a warehouse, or of a selection of what lies there.

    The stage says which step is next; the work state is DONE except while the differences are being
    posted. A warehouse is counted once at a time: two counts of one shelf would book a difference twice.
    """

    number = models.PositiveIntegerField(_("number"))
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.RESTRICT, related_name="+", verbose_name=_("warehouse")
    )
    stage = models.CharField(
        _("stage"),
        max_length=10,
        choices=StocktakeStage.choices,
        default=StocktakeStage.COUNTING,
    )
    selection = models.CharField(_("selection"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    uncounted_is_zero = models.BooleanField(_("what was not counted is not there"), default=False)
    started_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    posted_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(_("started"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "number"], name="inventory_stocktake_number"
            ),
            models.UniqueConstraint(
                fields=["warehouse"],
                condition=Q(stage__in=[StocktakeStage.COUNTING, StocktakeStage.POSTING]),
                name="inventory_one_count_at_a_time",
            ),
        ]
        indexes = [
            due_index("inventory_stocktake_due"),
            models.Index(fields=["organization", "-id"], name="inventory_stocktake_recent"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """``S-0007``: how people and the ledger name it."""
        return f"S-{self.number:04d}"

    @property
    def is_counting(self) -> bool:
        return self.stage == StocktakeStage.COUNTING

    @property
    def in_flight(self) -> bool:
        """Whether the differences are being booked; a posting that stopped moves no more by itself."""
        return self.stage == StocktakeStage.POSTING and self.is_open


class StocktakeLine(TenantModel):
    """One product of a count.

    ``expected`` lay there by the ledger when the count began, ``book`` at the moment it was counted:
    the difference is ``counted - book``, so what is sold before or after is not lost.
    ``seen_movement_id`` is the latest ledger line then; ``moved`` says that pieces moved between the
    first and the last scan of the line, so that it should be counted again.
    """

    stocktake = models.ForeignKey(Stocktake, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, related_name="stocktake_lines"
    )
    expected = models.IntegerField(_("expected"), default=0)
    counted = models.PositiveIntegerField(_("counted"), null=True, blank=True)
    book = models.IntegerField(null=True, blank=True)
    seen_movement_id = models.BigIntegerField(null=True, blank=True)
    moved = models.BooleanField(default=False)
    last_key = models.CharField(max_length=40, blank=True)
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    counted_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=LineOutcome.choices, default="", blank=True
    )
    change = models.IntegerField(_("booked"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "product"], name="inventory_count_line_once"
            ),
            models.CheckConstraint(
                condition=Q(counted=None, book=None) | Q(counted__isnull=False, book__isnull=False),
                name="inventory_counted_against_a_number",
            ),
        ]
        indexes = [
            models.Index(
                fields=["stocktake", "id"],
                condition=Q(counted=None),
                name="inventory_count_open",
            ),
            models.Index(
                fields=["stocktake", "id"],
                condition=Q(counted__isnull=False) & ~Q(counted=F("book")),
                name="inventory_count_differs",
            ),
            models.Index(
                fields=["stocktake", "-counted_at"],
                condition=Q(counted__isnull=False),
                name="inventory_count_latest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in stocktake {self.stocktake_id}"

    @property
    def difference(self) -> int | None:
        """Pieces more (or, below zero, fewer) than the ledger knew when it was counted."""
        if self.counted is None or self.book is None:
            return None
        return self.counted - self.book
