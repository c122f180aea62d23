"""Discrepancies between us and Allegro: found by checks, settled by rules and people, never forgotten."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from syncs.enums import (
    AutoResolve,
    Cause,
    DiscrepancyKind,
    DiscrepancyStatus,
    EntryKind,
    Resolution,
    Severity,
    ValueSource,
)

UNSETTLED = (DiscrepancyStatus.OPEN, DiscrepancyStatus.INVESTIGATING)
# The columns that say whether and how one is settled.
SETTLEMENT = ("status", "resolution", "resolved_by", "resolved_at", "ignored_until")


class DiscrepancyRule(TenantModel, TimestampedModel):
    """What the seller thinks of a sort of discrepancy. The first enabled one that matches decides.

    Matches by kind (empty: any), account (none: any) and the size of the difference, regardless of
    its direction: in pieces, and of prices in per cent of ours. ``threshold``: a difference up to it
    is none at all. ``severity`` replaces the one by bands.
    """

    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveIntegerField(_("order"), default=0)
    enabled = models.BooleanField(_("in force"), default=True)
    kind = models.CharField(
        _("in what"), max_length=20, choices=DiscrepancyKind.choices, blank=True
    )
    integration = models.ForeignKey(
        "settings_app.Integration",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    min_difference = models.DecimalField(
        _("difference from"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    max_difference = models.DecimalField(
        _("difference up to"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    threshold = models.DecimalField(
        _("tolerated difference"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity.choices, null=True, blank=True
    )
    auto_resolve = models.CharField(
        _("by itself"), max_length=8, choices=AutoResolve.choices, default=AutoResolve.NONE
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(min_difference=None) | Q(min_difference__gte=0))
                & (Q(max_difference=None) | Q(max_difference__gte=0))
                & (Q(threshold=None) | Q(threshold__gte=0)),
                name="syncs_rule_sizes_not_below_0",
            ),
            models.CheckConstraint(
                condition=Q(min_difference=None)
                | Q(max_difference=None)
                | Q(min_difference__lte=F("max_difference")),
                name="syncs_rule_range_is_one",
            ),
        ]
        indexes = [models.Index(fields=["organization", "position", "id"], name="syncs_rule_order")]

    def __str__(self) -> str:
        return self.name


class Discrepancy(TenantModel):
    """One thing in which we and Allegro disagree; the same finding is one row for ever.

    ``public_id`` names it in the API, where a number is a person's.

    ``ours`` and ``theirs`` are the values as text, empty when a side has none ("0" is a value).
    ``difference`` is theirs minus ours, in pieces or in ``currency``; none where it cannot be
    counted. ``size`` is what bands and rules measure: pieces, or per cent of our price.
    ``confirmed_at`` is when ``theirs`` was read from the offer itself and not from the listing, which
    lags.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="discrepancies"
    )
    offer = models.ForeignKey(
        "offers.Offer",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="discrepancies",
    )
    product = models.ForeignKey(
        "products.Product",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="discrepancies",
    )
    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    fingerprint = models.CharField(max_length=80)
    kind = models.CharField(_("in what"), max_length=20, choices=DiscrepancyKind.choices)
    cause = models.CharField(_("what was found"), max_length=24, choices=Cause.choices)
    our_source = models.CharField(max_length=10, choices=ValueSource.choices)
    ours = models.CharField(_("ours"), max_length=60, blank=True)
    their_source = models.CharField(max_length=10, choices=ValueSource.choices)
    theirs = models.CharField(_("Allegro's"), max_length=60, blank=True)
    difference = models.DecimalField(
        _("difference"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    size = models.DecimalField(_("size"), max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    rule = models.ForeignKey(
        DiscrepancyRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        _("status"),
        max_length=14,
        choices=DiscrepancyStatus.choices,
        default=DiscrepancyStatus.OPEN,
    )
    assignee = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    resolution = models.CharField(
        _("resolution"), max_length=8, choices=Resolution.choices, blank=True
    )
    resolved_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(_("settled"), null=True, blank=True)
    ignored_until = models.DateTimeField(_("ignored until"), null=True, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    confirmed_at = models.DateTimeField(_("read at Allegro"), null=True, blank=True)
    occurrences = models.PositiveIntegerField(_("times seen"), default=1)

    class Meta:
        verbose_name_plural = "discrepancies"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "fingerprint"], name="syncs_discrepancy_once"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[DiscrepancyStatus.RESOLVED, DiscrepancyStatus.IGNORED])
                | Q(resolved_at__isnull=False),
                name="syncs_discrepancy_settled_at_some_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "status", "-severity", "-id"], name="syncs_disc_inbox"
            ),
            models.Index(
                fields=["organization", "status", "kind", "-severity", "-id"],
                name="syncs_disc_by_kind",
            ),
            models.Index(
                fields=["integration", "status", "-severity", "-id"], name="syncs_disc_by_account"
            ),
            models.Index(
                fields=["organization", "assignee", "-severity", "-id"],
                condition=Q(status__in=UNSETTLED),
                name="syncs_disc_mine",
            ),
            models.Index(
                fields=["organization", "status", "-resolved_at", "-id"],
                condition=~Q(status__in=UNSETTLED),
                name="syncs_disc_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint}"

    @property
    def is_settled(self) -> bool:
        return self.status not in UNSETTLED


class DiscrepancyEntry(TenantModel):
    """One line of a discrepancy's history; written once. Without an actor a check or a rule did it."""

    discrepancy = models.ForeignKey(Discrepancy, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(_("what"), max_length=12, choices=EntryKind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    rule = models.ForeignKey(
        DiscrepancyRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    comment = models.TextField(_("comment"), blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "discrepancy entries"
        indexes = [models.Index(fields=["discrepancy", "id"], name="syncs_disc_history")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.discrepancy_id}"


class OfferAtLastCheck(TenantModel):
    """How a linked offer stood when a check last found nothing wrong with its status.

    What was active with stock and is ended now was ended by somebody else.
    """

    offer = models.OneToOneField(
        "offers.Offer", on_delete=models.CASCADE, related_name="at_last_check"
    )
    publication_status = models.CharField(_("status"), max_length=20)
    quantity = models.IntegerField(_("meant to show"), null=True, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "offers at the last check"

    def __str__(self) -> str:
        return f"offer {self.offer_id}: {self.publication_status}"
