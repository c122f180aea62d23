"""What the seller decided for one field of an account's offers."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from settings_app.enums import ConflictStrategy
from settings_app.models.integrations import Integration

FIELD_CODE = r"^(PRICE(@[a-z0-9-]+)?|STOCK|TITLE|DESCRIPTION|IMAGES|STATUS)$"
LARGEST_CHANGE = 1000


class FieldRule(TenantModel, TimestampedModel):
    """Whether a field is kept in step, who wins, and how far a price may move in one step.

    Without a row the defaults of :func:`settings_app.queries.field_rules` hold. ``strategy`` blank is
    the account's. ``max_change_percent`` None sets no limit; it is measured against the value that
    would be replaced.
    """

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="rules", db_index=False
    )
    field = models.CharField(_("field"), max_length=40)
    enabled = models.BooleanField(_("kept in step"), default=True)
    strategy = models.CharField(
        _("who wins"), max_length=14, choices=ConflictStrategy.choices, blank=True
    )
    may_raise = models.BooleanField(_("may raise"), default=True)
    may_lower = models.BooleanField(_("may lower"), default=True)
    max_change_percent = models.PositiveSmallIntegerField(
        _("largest change, %"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_CHANGE)],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "field"], name="settings_one_rule_per_field"
            ),
            models.CheckConstraint(
                condition=models.Q(field__regex=FIELD_CODE), name="settings_rule_of_known_field"
            ),
            models.CheckConstraint(
                condition=models.Q(max_change_percent__isnull=True)
                | models.Q(max_change_percent__range=(1, LARGEST_CHANGE)),
                name="settings_rule_change_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of integration {self.integration_id}"
