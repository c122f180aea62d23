"""When the runs of an account start by themselves."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from settings_app.cron import LONGEST_MINUTES, SHORTEST_MINUTES
from settings_app.enums import SyncDirection
from settings_app.models.integrations import Integration


class SyncSchedule(TenantModel, TimestampedModel):
    """One direction of one account by the clock: every so many minutes, or by a cron expression.

    Without a row the defaults of :func:`settings_app.queries.schedules_of` hold. An expression is
    meant by the clock of the organization's time zone.
    """

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="schedules", db_index=False
    )
    direction = models.CharField(_("what"), max_length=8, choices=SyncDirection.choices)
    enabled = models.BooleanField(_("by itself"), default=True)
    minutes = models.PositiveSmallIntegerField(
        _("every, minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(SHORTEST_MINUTES), MaxValueValidator(LONGEST_MINUTES)],
    )
    cron = models.CharField(_("cron expression"), max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "direction"], name="settings_one_schedule_each"
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(SHORTEST_MINUTES, LONGEST_MINUTES), cron="")
                | models.Q(minutes__isnull=True) & ~models.Q(cron=""),
                name="settings_schedule_is_minutes_or_cron",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} of integration {self.integration_id}"
