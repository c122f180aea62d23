"""The inbox: what was received by HTTP or read from Allegro's journals, before anything is done with it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.sealed import SealedField
from core.tenancy import TenantModel, TimestampedModel
from core.work import DurableWork, due_index
from webhooks.enums import AttemptResult, EventSource, Journal


class InboundEvent(TenantModel, DurableWork):
    """One event as it came. ``raw`` holds its bytes; the same id with other bytes is refused.

    ``checkout_form_id`` is taken out of order events so that several about one form are answered by
    one read; ``subject_id`` is the offer or the return that events of those journals are about.
    """

    integration = models.ForeignKey(
        "settings_app.Integration",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    source = models.CharField(_("source"), max_length=14, choices=EventSource.choices)
    event_id = models.CharField(_("event id"), max_length=160)
    event_type = models.CharField(_("type"), max_length=80, blank=True)
    raw = models.BinaryField(editable=False)
    raw_sha256 = models.CharField(max_length=64)
    headers = models.JSONField(default=dict, blank=True)
    checkout_form_id = models.CharField(max_length=64, blank=True)
    subject_id = models.CharField(_("about"), max_length=64, blank=True, db_default="")
    occurred_at = models.DateTimeField(_("occurred"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "source", "event_id"],
                condition=models.Q(integration__isnull=False),
                name="webhooks_event_once_per_account",
            ),
            models.UniqueConstraint(
                fields=["organization", "source", "event_id"],
                condition=models.Q(integration__isnull=True),
                name="webhooks_event_once_per_organization",
            ),
        ]
        indexes = [
            due_index("webhooks_event_due"),
            models.Index(fields=["organization", "-id"], name="webhooks_event_recent"),
            models.Index(fields=["organization", "state", "-id"], name="webhooks_event_state"),
            models.Index(
                fields=["integration", "checkout_form_id"],
                condition=~models.Q(checkout_form_id=""),
                name="webhooks_event_form",
            ),
            models.Index(
                fields=["integration", "source", "subject_id"],
                condition=~models.Q(subject_id=""),
                name="webhooks_event_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"


class EventAttempt(TenantModel):
    """One try to work on an event. Written when a worker takes it; no end means the worker was lost."""

    event = models.ForeignKey(InboundEvent, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField(_("attempt"))
    started_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    result = models.CharField(
        _("result"), max_length=8, choices=AttemptResult.choices, blank=True, db_default=""
    )
    error = models.TextField(_("error"), blank=True, db_default="")
    trace_id = models.CharField(_("trace id"), max_length=128, blank=True, db_default="")

    def __str__(self) -> str:
        return f"try {self.number} of event {self.event_id}"


class EventReplay(TenantModel, DurableWork):
    """A chosen selection of events to be worked on again, in batches; ``position`` is the last id done.

    Only events up to ``upto_id`` belong to it: what arrives later was not in the count that a person saw.
    """

    filters = models.JSONField(default=dict, blank=True)
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested"))
    upto_id = models.BigIntegerField()
    position = models.BigIntegerField(default=0)
    expected = models.PositiveIntegerField(_("expected"), default=0)
    replayed = models.PositiveIntegerField(_("replayed"), default=0)

    class Meta:
        indexes = [
            due_index("webhooks_replay_due"),
            models.Index(fields=["organization", "-id"], name="webhooks_replay_recent"),
        ]

    def __str__(self) -> str:
        return f"replay {self.pk}"


class JournalCursor(TenantModel):
    """How far a journal of an account was read: the last event stored, moved in the same transaction.

    ``last_problem`` and ``gap_found_at`` tell of events that were lost on the way, ``last_failure`` and
    ``failed_at`` of a reading that did not work out; a reading that does forgets the failure.
    ``swept_at`` is when the things behind the journal were last read again beside it.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="cursors"
    )
    journal = models.CharField(max_length=10, choices=Journal.choices)
    last_event_id = models.CharField(max_length=160, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    gap_found_at = models.DateTimeField(null=True, blank=True)
    last_problem = models.CharField(max_length=300, blank=True)
    last_failure = models.CharField(max_length=300, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "journal"], name="webhooks_one_cursor")
        ]

    def __str__(self) -> str:
        return f"{self.journal} of integration {self.integration_id}"


class LostEvent(TenantModel):
    """An order that is ready at Allegro although its journal did not say so (allegro-api#8856).

    A sweep found it. ``came_at`` is set when the event came after all.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    event_type = models.CharField(_("type"), max_length=80)
    found_at = models.DateTimeField(_("found"))
    came_at = models.DateTimeField(_("came late"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "event_type"], name="webhooks_lost_once")
        ]
        indexes = [
            models.Index(fields=["integration", "-id"], name="webhooks_lost_account"),
            models.Index(fields=["organization", "-id"], name="webhooks_lost_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} of order {self.order_id}"


class WebhookEndpoint(TenantModel, TimestampedModel):
    """The organization's address for signed events: a public key in the URL path or header, two secrets.

    ``previous_secret`` still verifies while senders are being changed over.
    """

    name = models.CharField(_("name"), max_length=80)
    public_id = models.CharField(max_length=32, unique=True)
    secret = SealedField()
    previous_secret = SealedField()
    previous_valid_until = models.DateTimeField(null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="webhooks_endpoint_org")]

    def __str__(self) -> str:
        return self.name
