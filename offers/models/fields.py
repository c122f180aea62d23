"""Each field of an offer as three values: what was agreed, what we hold, what Allegro shows."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from offers.enums import NotOurs
from offers.models.offer import Offer


class FieldState(TenantModel):
    """One field of an offer: ``base`` was agreed last, ``ours`` we hold, ``theirs`` Allegro shows.

    Values are canonical texts, so that equal means the same; None is unknown, and without ``ours``
    ``ours_reason`` says why. ``theirs_at`` is when it was seen, or the moment Allegro's journal gives.
    ``undone_ours`` and ``undone_theirs`` are values a person took back; they are not written or taken
    again until another value is agreed upon.
    ``decision`` is what the last look at it came to (a code of ``offers.field_reasons``), at
    ``decided_at``; a value that moved since then waits for the next look.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, related_name="fields", db_index=False
    )
    field = models.CharField(_("field"), max_length=40)
    # An empty text is a value (a description may be empty), so unknown is null.
    base = models.TextField(_("agreed"), null=True, blank=True)  # noqa: DJ001 -- unknown
    ours = models.TextField(_("ours"), null=True, blank=True)  # noqa: DJ001 -- unknown
    theirs = models.TextField(_("at Allegro"), null=True, blank=True)  # noqa: DJ001 -- unknown
    base_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    ours_at = models.DateTimeField(_("ours since"), null=True, blank=True)
    theirs_at = models.DateTimeField(_("at Allegro since"), null=True, blank=True)
    ours_reason = models.CharField(
        _("why not ours"), max_length=20, choices=NotOurs.choices, blank=True
    )
    undone_ours = models.TextField(null=True, blank=True)  # noqa: DJ001 -- none
    undone_theirs = models.TextField(null=True, blank=True)  # noqa: DJ001 -- none
    decision = models.CharField(_("last decision"), max_length=40, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    in_step = models.GeneratedField(
        expression=Case(
            When(base=F("ours"), ours=F("theirs"), then=models.Value(value=True)),
            default=models.Value(value=False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "field"], name="offers_field_once"),
        ]
        indexes = [
            # What a plan walks: only where there is something to decide.
            models.Index(
                fields=["integration", "field", "offer"],
                condition=Q(in_step=False, ours__isnull=False, theirs__isnull=False),
                name="offers_field_apart",
            ),
            # What lists of offers are narrowed by.
            models.Index(
                fields=["organization", "decision", "-offer"],
                condition=Q(in_step=False) & ~Q(decision=""),
                name="offers_field_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of offer {self.offer_id}"
