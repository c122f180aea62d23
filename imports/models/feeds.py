"""Files fetched from a supplier's address by themselves."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from core.work import DurableWork, due_index

SHORTEST_MINUTES, LONGEST_MINUTES = 15, 7 * 24 * 60
PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class SupplierFeed(TenantModel, DurableWork, TimestampedModel):
    """Fetching a supplier's file again and again from the address that the supplier has.

    While it is switched on it is open work, due at its next look. ``etag`` and ``last_modified`` are what
    the host said of the file that was last taken in, ``sha256`` is that file. ``failures`` are the looks
    in a row that brought no answer. A file is applied by itself only within the two brakes.
    """

    supplier = models.OneToOneField(
        "settings_app.Supplier", on_delete=models.CASCADE, related_name="feed"
    )
    minutes = models.PositiveSmallIntegerField(
        _("look every, minutes"),
        default=60,
        validators=[MinValueValidator(SHORTEST_MINUTES), MaxValueValidator(LONGEST_MINUTES)],
    )
    applies_itself = models.BooleanField(_("apply without asking"), default=False)
    most_changed_percent = models.PositiveSmallIntegerField(
        _("most changed products, %"), default=30, validators=PERCENT
    )
    most_wrong_percent = models.PositiveSmallIntegerField(
        _("most wrong rows, %"), default=5, validators=PERCENT
    )
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=60, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    looked_at = models.DateTimeField(_("last look"), null=True, blank=True)
    brought_at = models.DateTimeField(_("last new file"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)

    class Meta:
        indexes = [
            due_index("imports_feed_due"),
            models.Index(fields=["organization", "id"], name="imports_feed_list"),
        ]

    def __str__(self) -> str:
        return f"feed of supplier {self.supplier_id}"
