"""What people said about files of one shape, kept for the next one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from imports.enums import StockMeaning


class ColumnMapping(TenantModel, TimestampedModel):
    """What the columns of files with one header mean, as somebody of the organization said.

    ``fingerprint`` stands for the names of the columns in their order, so the next file of the same
    shape is read without asking.
    """

    fingerprint = models.CharField(max_length=64, editable=False)
    file_name = models.CharField(_("first file"), max_length=255)
    chosen_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "fingerprint"], name="imports_mapping_once"
            )
        ]

    def __str__(self) -> str:
        return f"columns of {self.file_name}"


class MappedColumn(TenantModel):
    """One column of such files, by its place from 0, and what it fills. Columns not named fill nothing."""

    mapping = models.ForeignKey(ColumnMapping, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("column"), max_length=300, blank=True)
    meaning = models.CharField(_("meaning"), max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mapping", "position"], name="imports_mapped_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.meaning}"


class RememberedMeaning(TenantModel, TimestampedModel):
    """What the numbers of one kind of stock column are, in files of one header and supplier."""

    supplier = models.ForeignKey(
        "settings_app.Supplier", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    fingerprint = models.CharField(max_length=64, editable=False)
    kind = models.CharField(_("kind of column"), max_length=60)
    meaning = models.CharField(_("stock columns are"), max_length=8, choices=StockMeaning.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "fingerprint", "kind", "supplier"],
                nulls_distinct=False,
                name="imports_meaning_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.meaning}"
