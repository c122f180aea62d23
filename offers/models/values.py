"""What an offer shows by the seller's own word, and every other value on its way to Allegro."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from core.work import DurableWork, due_index
from offers.enums import OwnSource, PushCause, PushReason
from offers.models.commands import ValueCommand
from offers.models.offer import Offer


class OwnValue(TenantModel):
    """A field of one offer that does not follow the product: the whole value, by a person's word.

    ``value`` is the canonical text, of descriptions the HTML and of pictures their addresses as
    :func:`offers.values.images_value` writes them. ``former`` is the own value it replaced, empty
    (with ``had_former`` false) when the field followed the product until then.
    """

    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, related_name="own_values", db_index=False
    )
    field = models.CharField(_("field"), max_length=40)
    value = models.TextField(_("value"), blank=True)
    source = models.CharField(
        _("by"), max_length=8, choices=OwnSource.choices, default=OwnSource.PERSON
    )
    set_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField(_("set"))
    former = models.TextField(blank=True)
    had_former = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "field"], name="offers_own_value_once")
        ]
        indexes = [models.Index(fields=["organization", "-set_at"], name="offers_own_recent")]

    def __str__(self) -> str:
        return f"own {self.field} of offer {self.offer_id}"


class ValuePush(DurableWork, TenantModel):
    """The wish that an offer shows a value. One row per offer and field: the newest wish wins.

    ``value`` is the canonical text wanted. ``expected`` is what Allegro showed when that was decided
    (None: whatever it shows): when a reading before the write finds another value, nothing is
    written. ``shown`` is what was read last, ``former`` what was there before this wish was written.
    ``wish`` counts the wishes; one that came while the row was worked on makes it due again. While
    ``command`` is set the row waits for that command's result. ``run_id`` is the sync run behind it.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, related_name="value_pushes", db_index=False
    )
    field = models.CharField(_("field"), max_length=40)
    value = models.TextField(_("wanted"))
    # Of these three an empty text is a value, so unknown is null.
    expected = models.TextField(null=True, blank=True)  # noqa: DJ001 -- whatever is there
    shown = models.TextField(_("shown there"), null=True, blank=True)  # noqa: DJ001 -- unknown
    former = models.TextField(_("before"), null=True, blank=True)  # noqa: DJ001 -- unknown
    wish = models.PositiveIntegerField(default=1)
    cause = models.CharField(_("asked for by"), max_length=12, choices=PushCause.choices)
    requested_at = models.DateTimeField(_("asked for"))
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    run_id = models.BigIntegerField(_("run"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=PushReason.choices, blank=True)
    command = models.ForeignKey(
        ValueCommand, on_delete=models.SET_NULL, null=True, blank=True, related_name="pushes"
    )
    misses = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "value push"
        verbose_name_plural = "value pushes"
        constraints = [
            models.UniqueConstraint(fields=["offer", "field"], name="offers_value_push_once")
        ]
        indexes = [
            due_index("offers_value_push_due"),
            models.Index(
                fields=["integration", "next_attempt_at"],
                name="offers_value_push_account",
                condition=models.Q(state__in=["PENDING", "RUNNING"]),
            ),
            models.Index(fields=["organization", "-requested_at"], name="offers_value_push_recent"),
            models.Index(
                fields=["organization", "state", "-requested_at"], name="offers_value_push_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of offer {self.offer_id}"
