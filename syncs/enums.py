from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SyncKind(models.TextChoices):
    """What a run brings in step. Pulls read Allegro and write here."""

    PULL_OFFERS = "PULL_OFFERS", _("Offers from Allegro")
    PULL_ORDERS = "PULL_ORDERS", _("Orders from Allegro")


class SyncTrigger(models.TextChoices):
    SCHEDULE = "SCHEDULE", _("Schedule")
    PERSON = "PERSON", _("By a person")
    CONNECT = "CONNECT", _("Account connected")


class SyncMode(models.TextChoices):
    DRY_RUN = "DRY_RUN", _("Show only")
    APPLY = "APPLY", _("Apply")


class ItemOutcome(models.TextChoices):
    CREATED = "CREATED", _("Created")
    UPDATED = "UPDATED", _("Updated")
    UNCHANGED = "UNCHANGED", _("Unchanged")
    SKIPPED = "SKIPPED", _("Skipped")
    FAILED = "FAILED", _("Failed")
