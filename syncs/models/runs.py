"""Sync runs: what was looked at, what changed, and a reason for everything that did not."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.enums import WorkState
from core.tenancy import TenantModel
from core.work import DurableWork, due_index
from syncs.enums import ItemOutcome, SyncKind, SyncMode, SyncTrigger


class SyncRun(TenantModel, DurableWork):
    """One run of one kind for one account; only one open at a time. ``position`` lets it resume."""

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="sync_runs"
    )
    kind = models.CharField(_("what"), max_length=14, choices=SyncKind.choices)
    trigger = models.CharField(_("started by"), max_length=10, choices=SyncTrigger.choices)
    mode = models.CharField(
        _("mode"), max_length=8, choices=SyncMode.choices, default=SyncMode.APPLY
    )
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    position = models.JSONField(default=dict, blank=True)
    expected = models.PositiveIntegerField(_("expected"), null=True, blank=True)
    scanned = models.PositiveIntegerField(_("looked at"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    linked = models.PositiveIntegerField(_("newly linked"), default=0)
    stop_reason = models.CharField(_("stopped because"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "kind"],
                condition=models.Q(state__in=[WorkState.PENDING, WorkState.RUNNING]),
                name="syncs_one_open_run",
            )
        ]
        indexes = [
            due_index("syncs_run_due"),
            models.Index(fields=["organization", "-id"], name="syncs_run_recent"),
            models.Index(fields=["integration", "kind", "-id"], name="syncs_run_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of integration {self.integration_id}"

    @property
    def nothing_changed(self) -> bool:
        """Whether the run is done and found everything as it was, and a check that all agrees."""
        touched = self.created + self.updated + self.linked + self.skipped + self.failed
        if self.kind == SyncKind.CHECK:
            touched += self.scanned - self.unchanged
        return self.state == WorkState.DONE and not touched


class SyncItem(TenantModel):
    """One thing a run did not leave simply unchanged: what, with what outcome, why, and the remedy."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="items")
    object_type = models.CharField(max_length=20)
    object_id = models.CharField(_("object"), max_length=80)
    label = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=ItemOutcome.choices)
    reason_code = models.CharField(_("reason"), max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    remedy = models.CharField(max_length=500, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "object_type", "object_id"], name="syncs_item_once_per_run"
            )
        ]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="syncs_item_outcome")]

    def __str__(self) -> str:
        return f"{self.object_id}: {self.outcome}"
