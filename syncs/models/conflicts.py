"""Conflicts: both sides changed a field, each to something else, and a person decides."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from syncs.enums import ConflictResolution, ConflictState
from syncs.models.runs import SyncRun

UNSETTLED = (ConflictState.OPEN, ConflictState.WRITING)


class Conflict(TenantModel):
    """A field of an offer that both sides changed. One unsettled at a time; values follow while it is open.

    ``reason`` is the code of the decision that found it. ``value`` is the chosen one. Choosing
    Allegro's takes it at once. Choosing ours or another value sends it: the conflict is WRITING since
    ``asked_at`` until the write is read back, and open again with ``problem`` when it did not work.
    ``written_where`` is what taking it wrote on our side, which taking it back needs; while ``undoing``
    the value that was there before is on its way back.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    offer = models.ForeignKey(
        "offers.Offer", on_delete=models.CASCADE, related_name="conflicts", db_index=False
    )
    field = models.CharField(_("field"), max_length=40)
    # An empty text is a value (a description may be empty), so unknown is null.
    base = models.TextField(_("agreed"), null=True, blank=True)  # noqa: DJ001 -- unknown
    ours = models.TextField(_("ours"))
    theirs = models.TextField(_("at Allegro"))
    ours_at = models.DateTimeField(_("ours since"), null=True, blank=True)
    theirs_at = models.DateTimeField(_("at Allegro since"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=40)
    state = models.CharField(
        _("state"), max_length=8, choices=ConflictState.choices, default=ConflictState.OPEN
    )
    resolution = models.CharField(
        _("chosen"), max_length=8, choices=ConflictResolution.choices, blank=True
    )
    value = models.TextField(_("chosen value"), null=True, blank=True)  # noqa: DJ001 -- none
    problem = models.CharField(_("did not work because"), max_length=500, blank=True)
    written_where = models.JSONField(null=True, blank=True)
    undoing = models.BooleanField(default=False)
    asked_at = models.DateTimeField(_("on its way since"), null=True, blank=True)
    run = models.ForeignKey(
        SyncRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="conflicts"
    )
    opened_at = models.DateTimeField(_("since"))
    changed_at = models.DateTimeField(_("values changed"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "field"],
                condition=models.Q(state__in=UNSETTLED),
                name="syncs_one_open_conflict",
            )
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-id"], name="syncs_conflict_recent"),
            models.Index(fields=["integration", "state", "-id"], name="syncs_conflict_account"),
            models.Index(fields=["offer", "-id"], name="syncs_conflict_offer"),
            models.Index(
                fields=["integration", "offer"],
                condition=models.Q(state=ConflictState.WRITING),
                name="syncs_conflict_writing",
            ),
        ]

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing left to decide or to wait for."""
        return self.state not in UNSETTLED

    def __str__(self) -> str:
        return f"{self.field} of offer {self.offer_id}: {self.state}"
