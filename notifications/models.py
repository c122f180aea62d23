"""What people are told, in the product, by e-mail, and to a service of the operator's."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from core.work import DurableWork, due_index
from notifications.defaults import DIGEST_AT, DIGEST_RHYTHM
from notifications.enums import DigestRhythm, Event, MailOutcome, MailWay, Severity


class Mail(TenantModel, DurableWork):
    """A mail to one person, or to the organization's address when there is no ``user``.

    Its words are made of its notices when it is sent. ``events`` are what it tells of, for the
    guard against floods.
    """

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    way = models.CharField(_("way"), max_length=10, choices=MailWay.choices)
    events = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField(_("written"))
    outcome = models.CharField(_("outcome"), max_length=20, choices=MailOutcome.choices, blank=True)

    class Meta:
        indexes = [
            due_index("notifications_mail_due"),
            models.Index(fields=["organization", "-created_at"], name="notifications_mail_recent"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} to user {self.user_id}"


class Notification(TenantModel):
    """One notice for one person; without a ``user`` only a copy for the organization's address.

    ``dedupe_key`` keeps one open notice per cause. ``count`` is how many like things it stands for:
    notices of frequent things grow instead of multiplying. ``mail_due_at`` is when it goes into a
    mail, None when it is in one or goes into none.
    """

    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.CASCADE,
        related_name="notifications",
        null=True,
        blank=True,
    )
    event = models.CharField(_("event"), max_length=40, choices=Event.choices)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    dedupe_key = models.CharField(max_length=160, blank=True)
    count = models.PositiveIntegerField(default=1)
    in_app = models.BooleanField(_("in the product"), default=True)
    created_at = models.DateTimeField()
    last_at = models.DateTimeField(_("last"))
    read_at = models.DateTimeField(null=True, blank=True)
    mail_way = models.CharField(
        _("mail"), max_length=10, choices=MailWay.choices, default=MailWay.NEVER
    )
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(
        Mail, on_delete=models.SET_NULL, related_name="notices", null=True, blank=True
    )
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "user", "-last_at", "-id"], name="notifications_user_last"
            ),
            models.Index(
                fields=["organization", "user"],
                condition=models.Q(read_at=None, in_app=True),
                name="notifications_unread",
            ),
            models.Index(
                fields=["mail_due_at"],
                condition=~models.Q(mail_due_at=None),
                name="notifications_to_mail",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "dedupe_key"],
                condition=models.Q(read_at=None) & ~models.Q(dedupe_key=""),
                nulls_distinct=False,
                name="notifications_one_open_per_cause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} for user {self.user_id}"


class Preference(TenantModel):
    """How one person wants to hear of one event; without a row, as ``notifications.defaults`` says."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    event = models.CharField(_("event"), max_length=40, choices=Event.choices)
    in_app = models.BooleanField(_("in the product"), default=True)
    mail = models.CharField(_("mail"), max_length=10, choices=MailWay.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "event"], name="notifications_one_preference"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} of user {self.user_id}"


class DigestTime(TenantModel):
    """When a person gets the summary, in the organization's time zone; without a row daily at 8."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    rhythm = models.CharField(
        _("rhythm"), max_length=10, choices=DigestRhythm.choices, default=DIGEST_RHYTHM
    )
    at = models.TimeField(_("at"), default=DIGEST_AT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], name="notifications_one_digest_time"
            )
        ]

    def __str__(self) -> str:
        return f"summary of user {self.user_id}"


class Tally(TenantModel):
    """Things to be counted into a growing notice, of which there is one for each event and ``cause``.

    With ``message_id`` once for each outbox message, however often it is delivered.
    """

    event = models.CharField(max_length=40, choices=Event.choices)
    cause = models.CharField(max_length=60, blank=True)
    amount = models.PositiveIntegerField()
    message_id = models.BigIntegerField(null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "tallies"
        indexes = [
            models.Index(
                fields=["organization", "event", "cause"],
                condition=models.Q(counted_at=None),
                name="notifications_uncounted",
            ),
            models.Index(fields=["counted_at"], name="notifications_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.event}"


class ServiceDelivery(TenantModel, DurableWork):
    """A notice on its way to the operator's own notification service: ids and words, no buyers' data."""

    event = models.CharField(_("event"), max_length=40, choices=Event.choices)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name_plural = "service deliveries"
        indexes = [
            due_index("notifications_service_due"),
            models.Index(
                fields=["organization", "-created_at"], name="notifications_service_recent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} #{self.pk}"
