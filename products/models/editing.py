"""Many products edited at once: what was chosen, what is to change, what became of each product."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from core.work import DurableWork, due_index
from products.enums import EditAct, EditField, EditRowState, EditStage, Rounding
from products.models.catalogue import Product


class BulkEdit(TenantModel, DurableWork, TimestampedModel):
    """A change of many products: checked first, applied after somebody confirmed it, undone if wanted.

    The stage says which step is next, the work state whether it runs. ``after_id`` is the last row the
    present step has done. Former values are the product changes whose reference is this edit.
    """

    started_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    stage = models.CharField(
        _("stage"), max_length=10, choices=EditStage.choices, default=EditStage.CHECKING
    )
    selection = models.CharField(_("chosen by"), max_length=1000, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    after_id = models.BigIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            due_index("products_edit_due"),
            models.Index(fields=["organization", "-id"], name="products_edit_recent"),
        ]

    def __str__(self) -> str:
        return f"bulk edit {self.pk}"


class BulkEditStep(TenantModel):
    """One thing an edit does to every product: set, clear, add, remove, or move by a percentage."""

    edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="steps")
    field = models.CharField(_("field"), max_length=40, choices=EditField.choices)
    act = models.CharField(_("act"), max_length=8, choices=EditAct.choices)
    value = models.CharField(_("value"), max_length=500, blank=True)
    rounding = models.CharField(
        _("rounding"), max_length=8, choices=Rounding.choices, default=Rounding.CENT
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edit", "field"], name="products_step_once")]

    def __str__(self) -> str:
        return f"{self.act} {self.field}"


class BulkEditRow(TenantModel):
    """A product of an edit and what became of it. ``reason`` says why nothing was done to it."""

    edit = models.ForeignKey(
        BulkEdit, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(
        _("state"), max_length=10, choices=EditRowState.choices, default=EditRowState.UNSEEN
    )
    reason = models.CharField(_("reason"), max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edit", "product"], name="products_edit_row_once")
        ]
        indexes = [
            models.Index(fields=["edit", "state", "id"], name="products_edit_row_state"),
            models.Index(fields=["product"], name="products_edit_row_product"),
        ]

    def __str__(self) -> str:
        return f"product {self.product_id} of bulk edit {self.edit_id}"
