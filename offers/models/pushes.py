"""Stock on its way to Allegro: what feeds an account, one row per offer, and the brake."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from core.work import DurableWork, due_index
from offers.enums import BrakeState, PushCause, PushReason
from offers.models.commands import StockCommand
from offers.models.offer import Offer


class StockFeed(TenantModel, TimestampedModel):
    """A warehouse whose stock an account sells; an account without any sells that of all open ones.

    ``priority`` orders the warehouses a sale of this account is taken from, lowest first.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="feeds", db_index=False
    )
    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.CASCADE, related_name="feeds"
    )
    priority = models.PositiveSmallIntegerField(_("priority"), default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "warehouse"], name="offers_feed_once")
        ]

    def __str__(self) -> str:
        return f"{self.warehouse_id} feeds {self.integration_id}"


class OfferPush(DurableWork, TenantModel):
    """The wish that an offer shows our stock. One row per offer, so wishes melt into one.

    It holds no quantity to send: that is computed when it is worked on, so the newest always wins.
    ``wish`` counts the wishes; one that came while the row was worked on makes it due again.
    ``target`` and ``shown`` are what was found last time, ``reason`` why it stands as it does.
    While ``command`` is set the row waits for that command's result.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="push")
    wish = models.PositiveIntegerField(default=1)
    cause = models.CharField(_("asked for by"), max_length=12, choices=PushCause.choices)
    urgent = models.BooleanField(default=False)
    requested_at = models.DateTimeField(_("asked for"))
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    target = models.PositiveIntegerField(_("our quantity"), null=True, blank=True)
    shown = models.IntegerField(_("shown there"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=PushReason.choices, blank=True)
    command = models.ForeignKey(
        StockCommand, on_delete=models.SET_NULL, null=True, blank=True, related_name="pushes"
    )
    unexplained_since = models.DateTimeField(null=True, blank=True)
    misses = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "offer push"
        verbose_name_plural = "offer pushes"
        indexes = [
            due_index("offers_push_due"),
            models.Index(
                fields=["integration", "next_attempt_at"],
                name="offers_push_account",
                condition=models.Q(state__in=["PENDING", "RUNNING"]),
            ),
            models.Index(fields=["organization", "-requested_at"], name="offers_push_recent"),
            models.Index(
                fields=["organization", "state", "-requested_at"], name="offers_push_state"
            ),
        ]

    def __str__(self) -> str:
        return f"stock of offer {self.offer_id}"


class StockBrake(TenantModel):
    """A stop of an account's pushes because too many offers were to be set to zero at once.

    A person releases it (the zeros asked for until then may go) or drops them. One open at a time.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    state = models.CharField(
        _("state"), max_length=10, choices=BrakeState.choices, default=BrakeState.OPEN
    )
    opened_at = models.DateTimeField(_("since"))
    zeros = models.PositiveIntegerField(_("offers to be set to zero"))
    active = models.PositiveIntegerField(_("active linked offers"))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration"],
                condition=models.Q(state="OPEN"),
                name="offers_one_open_brake",
            )
        ]
        indexes = [
            models.Index(fields=["integration", "-opened_at"], name="offers_brake_account"),
        ]

    def __str__(self) -> str:
        return f"brake {self.pk} of account {self.integration_id}"
