"""What people are told, in the product and by e-mail."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from notifications.enums import Event, Severity


class Notification(TenantModel):
    """One notice for one person. ``dedupe_key`` keeps one open notice per cause."""

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="notifications"
    )
    event = models.CharField(_("event"), max_length=40, choices=Event.choices)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    dedupe_key = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "user", "-created_at"], name="notifications_user_recent"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "dedupe_key"],
                condition=models.Q(read_at=None) & ~models.Q(dedupe_key=""),
                name="notifications_one_open_per_cause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} for user {self.user_id}"


class Preference(TenantModel):
    """How one person wants to hear of one event; without a row, both ways for what needs acting on."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=40, choices=Event.choices)
    in_app = models.BooleanField(default=True)
    by_email = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "event"], name="notifications_one_preference"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} of user {self.user_id}"
