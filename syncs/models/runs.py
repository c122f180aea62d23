"""Sync runs: what was looked at, what changed, and a reason for everything that did not."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.enums import WorkState
from core.tenancy import TenantModel
from core.work import DurableWork, due_index
from syncs.enums import ItemOutcome, SyncKind, SyncMode, SyncScope, SyncTrigger

OPEN = [WorkState.PENDING, WorkState.RUNNING]


def _one_open(name: str, *kinds: str) -> models.UniqueConstraint:
    """At most one open run of these kinds for an account; one product may be synced beside it."""
    return models.UniqueConstraint(
        fields=["integration"],
        condition=models.Q(state__in=OPEN, kind__in=kinds) & ~models.Q(scope=SyncScope.PRODUCT),
        name=name,
    )


class SyncRun(TenantModel, DurableWork):
    """One run of one kind for one account; only one open at a time. ``position`` lets it resume.

    Runs that plan (PUSH, PULL, BOTH): ``scope`` says what they look at, ``product`` the one product,
    ``former`` the run that is tried again or taken back. A plan that was only shown and is carried out
    after all becomes an APPLY run by ``applied_by``. ``agreed`` counts fields found equal on both sides.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="sync_runs"
    )
    kind = models.CharField(_("what"), max_length=14, choices=SyncKind.choices)
    trigger = models.CharField(_("started by"), max_length=10, choices=SyncTrigger.choices)
    mode = models.CharField(
        _("mode"), max_length=8, choices=SyncMode.choices, default=SyncMode.APPLY
    )
    scope = models.CharField(
        _("looks at"), max_length=8, choices=SyncScope.choices, default=SyncScope.ACCOUNT
    )
    product = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    former = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followers"
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
    planned = models.PositiveIntegerField(_("planned changes"), default=0)
    agreed = models.PositiveIntegerField(_("found equal"), default=0)
    applied_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    applied_at = models.DateTimeField(_("carried out since"), null=True, blank=True)
    stop_reason = models.CharField(_("stopped because"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "kind"],
                condition=models.Q(state__in=OPEN) & ~models.Q(scope=SyncScope.PRODUCT),
                name="syncs_one_open_run",
            ),
            _one_open("syncs_one_open_push", SyncKind.PUSH, SyncKind.BOTH),
            _one_open("syncs_one_open_pull", SyncKind.PULL, SyncKind.BOTH),
            models.UniqueConstraint(
                fields=["integration", "product"],
                condition=models.Q(state__in=OPEN, scope=SyncScope.PRODUCT),
                name="syncs_one_open_product",
            ),
        ]
        indexes = [
            due_index("syncs_run_due"),
            models.Index(fields=["organization", "-id"], name="syncs_run_recent"),
            models.Index(fields=["integration", "kind", "-id"], name="syncs_run_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of integration {self.integration_id}"

    @property
    def plans(self) -> bool:
        """Whether it compares offers field by field and makes a plan."""
        return self.kind in (SyncKind.PUSH, SyncKind.PULL, SyncKind.BOTH)

    @property
    def looks_everywhere(self) -> bool:
        """Whether it looks at the whole account, and not only at its targets."""
        return self.scope == SyncScope.ACCOUNT

    @property
    def nothing_changed(self) -> bool:
        """Whether the run is done and found everything as it was, and a check that all agrees."""
        if self.plans:
            return self.state == WorkState.DONE and not self.planned
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
