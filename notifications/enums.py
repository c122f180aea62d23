from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    INFO = "info", _("For your information")
    WARNING = "warn", _("Look at it")
    DANGER = "danger", _("Act now")


class Event(models.TextChoices):
    """What people can be told of."""

    INTEGRATION_NEEDS_REAUTH = "integration.needs_reauth", _("An account needs a new sign-in")
    INTEGRATION_DISABLED = "integration.disabled", _("An account was switched off after errors")
    ORDER_CREATED = "order.created", _("A new order")
    STOCK_SHORT = "stock.short", _("An order could not be reserved in full")
    IMPORT_FINISHED = "import.finished", _("An import has finished")
