"""Plans of runs: what each would write and why, what became of it, and what holds it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from syncs.enums import ChangeState, PlanAction, RunBrakeKind, RunBrakeState
from syncs.models.runs import SyncRun


class RunTarget(TenantModel):
    """An offer a run with a narrower scope looks at; with ``field``, only at this one of it."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="targets")
    offer = models.ForeignKey(
        "offers.Offer", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    field = models.CharField(_("field"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "offer", "field"], name="syncs_target_once")
        ]

    def __str__(self) -> str:
        return f"offer {self.offer_id} of run {self.run_id}"


class PlannedChange(TenantModel):
    """One field of one offer in the plan of a run: the values seen, what follows, and why.

    ``base``, ``ours`` and ``theirs`` are what the decision stands on: when one of them has moved by
    the time of writing, nothing is written and the state is CHANGED. ``value`` is what is written,
    ``former`` what stood there before, ``written_where`` what taking it wrote on our side; these three
    are what taking the run back needs. ``reason`` is the code of the decision, ``outcome`` that of how
    it ended where it did not end well. While ``brake`` names a kind the change is held by it.
    """

    run = models.ForeignKey(
        SyncRun, on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    offer = models.ForeignKey(
        "offers.Offer", on_delete=models.CASCADE, related_name="planned_changes", db_index=False
    )
    field = models.CharField(_("field"), max_length=40)
    action = models.CharField(_("what"), max_length=8, choices=PlanAction.choices)
    # An empty text is a value (a description may be empty), so unknown is null.
    base = models.TextField(_("agreed"), null=True, blank=True)  # noqa: DJ001 -- unknown
    ours = models.TextField(_("ours"), null=True, blank=True)  # noqa: DJ001 -- unknown
    theirs = models.TextField(_("at Allegro"), null=True, blank=True)  # noqa: DJ001 -- unknown
    value = models.TextField(_("to be written"), null=True, blank=True)  # noqa: DJ001 -- none
    former = models.TextField(_("stood there"), null=True, blank=True)  # noqa: DJ001 -- none
    reason = models.CharField(_("reason"), max_length=40)
    brake = models.CharField(_("held by"), max_length=8, choices=RunBrakeKind.choices, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=ChangeState.choices, default=ChangeState.PLANNED
    )
    outcome = models.CharField(_("ended because"), max_length=40, blank=True)
    message = models.CharField(max_length=500, blank=True)
    written_where = models.JSONField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "offer", "field"], name="syncs_change_once")
        ]
        indexes = [
            models.Index(fields=["run", "state", "id"], name="syncs_change_state"),
            models.Index(fields=["offer", "-id"], name="syncs_change_offer"),
            # What waits for a result, found by it.
            models.Index(
                fields=["offer", "field"],
                condition=models.Q(state=ChangeState.SENT),
                name="syncs_change_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.field} of offer {self.offer_id}: {self.state}"


class RunBrake(TenantModel):
    """Why a run asks a person first: ``count`` of ``total`` where ``limit`` is allowed.

    Counted are offers; ``limit`` is per cent for ZEROS, CHANGED and PRICE, a number of offers for ENDED.
    """

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="brakes")
    kind = models.CharField(_("what"), max_length=8, choices=RunBrakeKind.choices)
    state = models.CharField(
        _("state"), max_length=8, choices=RunBrakeState.choices, default=RunBrakeState.OPEN
    )
    count = models.PositiveIntegerField(_("offers"))
    total = models.PositiveIntegerField(_("of"))
    limit = models.PositiveIntegerField(_("allowed"))
    opened_at = models.DateTimeField(_("since"))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "kind"], name="syncs_brake_once_per_run")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of run {self.run_id}"
