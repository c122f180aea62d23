"""What was sent to Allegro: each write under an id of its own, with its result per offer."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from core.work import DurableWork, due_index
from offers.enums import CommandOutcome, ItemState, WriteKind
from offers.models.offer import Offer


class OfferCommand(DurableWork, TenantModel):
    """One write at Allegro, stored before it is sent and followed until its result is known.

    ``uuid`` is the id Allegro knows it by, so that sending it again is answered by 409 and never
    done twice. ``sent_at`` is when sending began, ``accepted_at`` when Allegro said it has it.
    ``operation_id`` is Allegro's for a change of one offer that it finishes later; it cannot be asked
    for again, so it is kept.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=WriteKind.choices)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=CommandOutcome.choices, default=CommandOutcome.OPEN
    )
    created_at = models.DateTimeField(_("made"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    operation_id = models.CharField(_("operation"), max_length=80, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class OfferCommandItem(TenantModel):
    """One offer in a command: what became of it, in Allegro's words."""

    state = models.CharField(
        _("state"), max_length=8, choices=ItemState.choices, default=ItemState.NEW
    )
    code = models.CharField(max_length=80, blank=True)
    message = models.CharField(_("Allegro's words"), max_length=500, blank=True)

    class Meta:
        abstract = True


class StockCommand(OfferCommand):
    """A write of stock."""

    class Meta:
        indexes = [
            due_index("offers_command_due"),
            models.Index(fields=["integration", "-created_at"], name="offers_command_account"),
            models.Index(fields=["organization", "-id"], name="offers_command_recent"),
        ]


class StockCommandItem(OfferCommandItem):
    """One offer in a command: the quantity asked for, and what was shown before."""

    command = models.ForeignKey(StockCommand, on_delete=models.CASCADE, related_name="items")
    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, related_name="stock_writes", db_index=False
    )
    value = models.PositiveIntegerField(_("quantity asked for"))
    shown_before = models.IntegerField(_("shown before"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["command", "offer"], name="offers_command_item_once")
        ]
        indexes = [models.Index(fields=["offer", "-id"], name="offers_command_item_offer")]

    def __str__(self) -> str:
        return f"{self.value} for {self.offer_id}: {self.state}"


class ValueCommand(OfferCommand):
    """A write of anything but stock: one PATCH of an offer's fields, or a command for many offers."""

    class Meta:
        indexes = [
            due_index("offers_value_command_due"),
            models.Index(fields=["integration", "-created_at"], name="offers_value_cmd_account"),
            models.Index(fields=["organization", "-id"], name="offers_value_cmd_recent"),
        ]


class ValueCommandItem(OfferCommandItem):
    """One field of one offer in a command: the value asked for and the one before it.

    ``value`` and ``before`` are canonical texts; where those are hashes (descriptions, pictures),
    ``whole`` and ``whole_before`` hold the values themselves, so that a write can be taken back.
    """

    command = models.ForeignKey(ValueCommand, on_delete=models.CASCADE, related_name="items")
    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, related_name="value_writes", db_index=False
    )
    field = models.CharField(_("field"), max_length=40)
    value = models.TextField(_("value asked for"))
    # An empty text is a value (no description), so unknown is null.
    before = models.TextField(_("shown before"), null=True, blank=True)  # noqa: DJ001 -- unknown
    whole = models.TextField(blank=True)
    whole_before = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["command", "offer", "field"], name="offers_value_item_once"
            )
        ]
        indexes = [models.Index(fields=["offer", "field", "-id"], name="offers_value_item_offer")]

    def __str__(self) -> str:
        return f"{self.field} of {self.offer_id}: {self.state}"
