"""The inbox: what was received by HTTP or read from Allegro's journals, before anything is done with it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.sealed import SealedField
from core.tenancy import TenantModel, TimestampedModel
from core.work import DurableWork, due_index
from webhooks.enums import EventSource, Journal


class InboundEvent(TenantModel, DurableWork):
    """One event as it came. ``raw`` holds its bytes; the same id with other bytes is refused.

    ``checkout_form_id`` is taken out of order events so that several about one form are answered by
    one read.
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
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"


class JournalCursor(TenantModel):
    """How far a journal of an account was read: the last event stored, moved in the same transaction."""

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="cursors"
    )
    journal = models.CharField(max_length=10, choices=Journal.choices)
    last_event_id = models.CharField(max_length=160, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    gap_found_at = models.DateTimeField(null=True, blank=True)
    last_problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "journal"], name="webhooks_one_cursor")
        ]

    def __str__(self) -> str:
        return f"{self.journal} of integration {self.integration_id}"


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
