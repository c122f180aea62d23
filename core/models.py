"""Tables of the foundation: data keys, outbox, audit, heartbeats, remembered answers."""

from __future__ import annotations

from django.db import models

from core.tenancy import TenantModel, TenantQuerySet
from core.work import DurableWork, due_index

__all__ = [
    "AuditEntry",
    "DataKey",
    "Heartbeat",
    "OutboxDelivery",
    "OutboxMessage",
    "RememberedAnswer",
]


class DataKey(TenantModel):
    """An organization's data key, wrapped by a master key. One is in use, retired ones still open."""

    master_key_id = models.CharField(max_length=64)
    wrapped_key = models.TextField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(retired_at=None),
                name="core_one_current_data_key",
            )
        ]

    def __str__(self) -> str:
        return f"data key {self.pk} of organization {self.organization_id}"


class OutboxMessage(models.Model):
    """Something that happened, written in the transaction it happened in."""

    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    topic = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    correlation_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["topic", "created_at"], name="core_outbox_topic")]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"


class OutboxDelivery(DurableWork):
    """One message for one handler, so a failing handler never holds up another."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=120)

    class Meta:
        indexes = [due_index("core_delivery_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "handler"], name="core_delivery_once_per_handler"
            )
        ]

    def __str__(self) -> str:
        return f"{self.handler} for message {self.message_id}"

    @property
    def organization_id(self) -> int | None:
        """Whose message it is."""
        return self.message.organization_id


class AuditEntry(models.Model):
    """Who did what to which thing, with the values before and after. Append-only."""

    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    actor_label = models.CharField(max_length=254)
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=80)
    target_id = models.CharField(max_length=64)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["organization", "-at"], name="core_audit_org_at"),
            models.Index(fields=["target_type", "target_id", "-at"], name="core_audit_target"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"


class Heartbeat(models.Model):
    """The last sign of life of a process kind (``worker``, ``beat``); read by the readiness check."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class RememberedAnswer(TenantModel):
    """The answer given to a POST with an ``Idempotency-Key``, repeated for the same key and body."""

    key = models.CharField(max_length=200)
    method_path = models.CharField(max_length=300)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "key"], name="core_one_answer_per_idempotency_key"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="core_answer_created")]

    def __str__(self) -> str:
        return self.key
