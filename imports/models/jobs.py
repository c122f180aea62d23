"""Imports: the file, how it was understood, every row of it and what became of the row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from core.work import DurableWork, due_index
from imports.enums import HeldReason, ImportStage, RowOutcome, StockMeaning
from imports.models.feeds import SupplierFeed


class ImportJob(TenantModel, DurableWork, TimestampedModel):
    """One uploaded file. The stage says which step is next, the work state whether it runs.

    ``columns`` is how the header was understood, a list of {column, field} with an empty field for
    what is not used, ``samples`` the cells of its first rows. ``chosen_*`` is how the seller said that
    the file is to be read, empty where it is found out. ``stock_columns`` is a list of {kind,
    warehouses, meaning, rows}, one per kind of stock column; ``stock_meaning`` is the meaning proposed
    for them. ``held_because`` says why a file of a ``feed`` was not applied by itself. ``bytes_read``
    and ``step_started_at`` are for showing progress only.
    """

    uploaded_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    supplier = models.ForeignKey(
        "settings_app.Supplier", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    file_name = models.CharField(_("file"), max_length=255)
    storage_path = models.CharField(max_length=300, editable=False)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("size, bytes"))
    format = models.CharField(_("format"), max_length=30, blank=True)
    encoding = models.CharField(_("encoding"), max_length=30, blank=True)
    delimiter = models.CharField(_("delimiter"), max_length=4, blank=True)
    quote = models.CharField(_("quote"), max_length=1, blank=True)
    sample_line = models.CharField(_("sample line"), max_length=300, blank=True)
    samples = models.JSONField(default=list, blank=True)
    chosen_encoding = models.CharField(_("chosen encoding"), max_length=30, blank=True)
    chosen_delimiter = models.CharField(_("chosen delimiter"), max_length=1, blank=True)
    chosen_quote = models.CharField(_("chosen quote"), max_length=1, blank=True)
    stock_meaning = models.CharField(
        _("stock columns are"),
        max_length=8,
        choices=StockMeaning.choices,
        default=StockMeaning.MINIMUM,
    )
    header = models.JSONField(default=list, blank=True)
    columns = models.JSONField(default=list, blank=True)
    stock_columns = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    feed = models.ForeignKey(
        SupplierFeed, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    held_because = models.CharField(
        _("not applied by itself"), max_length=20, choices=HeldReason.choices, blank=True
    )
    stage = models.CharField(
        _("stage"), max_length=10, choices=ImportStage.choices, default=ImportStage.UPLOADED
    )
    refusal = models.CharField(max_length=500, blank=True)
    remedy = models.CharField(max_length=500, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_wrong = models.PositiveIntegerField(default=0)
    rows_applied = models.PositiveIntegerField(default=0)
    rows_undone = models.PositiveIntegerField(default=0)
    rows_kept = models.PositiveIntegerField(default=0)
    products_changed = models.PositiveIntegerField(default=0)
    levels_changed = models.PositiveIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    step_started_at = models.DateTimeField(null=True, blank=True)
    same_file_as = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    staged_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undo_asked_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [
            due_index("imports_job_due"),
            models.Index(fields=["organization", "-id"], name="imports_job_recent"),
            models.Index(fields=["organization", "sha256"], name="imports_job_sha"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One line of a file, staged: its values, how it compares, what is wrong with it.

    ``values`` are the cleaned fields (amounts as text, null clears, left-out leaves), ``before`` the
    former values of the fields it changes, ``raw`` the cells as they stand in the file (kept for
    wrong rows only), ``errors`` a list of {column, value, code, message, remedy}. When the import was
    taken back, ``kept`` are the present values of what had changed since and therefore stayed.
    """

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    code = models.CharField(_("code"), max_length=100, blank=True)
    values = models.JSONField(default=dict)
    raw = models.JSONField(default=list)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RowOutcome.choices, blank=True)
    before = models.JSONField(null=True, blank=True)
    errors = models.JSONField(default=list, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    kept = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "line"], name="imports_row_line")]
        indexes = [
            models.Index(fields=["job", "outcome", "line"], name="imports_row_outcome"),
            models.Index(
                fields=["job", "line"],
                name="imports_row_kept",
                condition=models.Q(kept__isnull=False) & ~models.Q(kept={}),
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of import {self.job_id}"
