"""What people asked Allegro to change about orders: asked for once, done once, or said why not."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.enums import WorkState
from core.tenancy import TenantModel, TimestampedModel
from core.work import DurableWork, due_index
from orders.enums import WriteKind, WriteOutcome
from orders.models.order import Order


class Cancellation(TenantModel):
    """One "cannot fulfil" of an order or some of its lines: the writes that belong to it run in order.

    ``lines`` is a list of {line_item_id, quantity}; ``whole`` when it is everything that was bought.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="cancellations")
    whole = models.BooleanField(default=True)
    lines = models.JSONField(default=list, blank=True)
    token = models.UUIDField(unique=True, default=uuid4, editable=False)
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "-id"], name="orders_cancellation_order")]

    def __str__(self) -> str:
        return f"cannot fulfil order {self.order_id}"


class OrderWrite(TenantModel, DurableWork, TimestampedModel):
    """One change of an order that a person asked for, on its way to Allegro.

    ``key`` tells apart what may be under way side by side: nothing for a status and a refund,
    "CARRIER:WAYBILL" for a tracking number, the line item for a commission claim. ``requested`` is
    what was asked for, ``before`` and ``after`` what the order's state was then and is now. ``token``
    is that of the form it was asked with: sent twice, it stays one wish. ``command_id`` is Allegro's.
    ``seen_revision`` is the form's revision the person decided on. ``sent_at`` is committed before a
    call that must not happen twice: once set, only a read of Allegro's state may tell what became of
    it. A write waits until ``after_write`` is done. Finished rows say how in ``outcome``; the others
    in ``problem`` (a code of ``orders.problems``) and ``last_error``.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="writes")
    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=WriteKind.choices)
    key = models.CharField(max_length=140, blank=True)
    requested = models.JSONField(default=dict, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    seen_revision = models.CharField(max_length=64, blank=True)
    despite_stop = models.BooleanField(_("although it should stop"), default=False)
    token = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    command_id = models.UUIDField(null=True, blank=True, unique=True)
    remote_id = models.CharField(_("number at Allegro"), max_length=64, blank=True)
    remote_status = models.CharField(_("state at Allegro"), max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=WriteOutcome.choices, blank=True
    )
    problem = models.CharField(_("problem"), max_length=60, blank=True)
    cancellation = models.ForeignKey(
        Cancellation, on_delete=models.CASCADE, null=True, blank=True, related_name="writes"
    )
    after_write = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followers"
    )
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked for"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "key"],
                condition=~Q(state=WorkState.DONE),
                name="orders_write_open_once",
            )
        ]
        indexes = [
            due_index("orders_write_due"),
            models.Index(fields=["organization", "state", "-id"], name="orders_write_states"),
            models.Index(fields=["order", "-id"], name="orders_write_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of order {self.order_id}"

    @property
    def needs_person(self) -> bool:
        """Nothing happens any more unless a person decides."""
        return self.state in (WorkState.WAITING_FOR_PERSON, WorkState.DEAD)
