from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventSource(models.TextChoices):
    HTTP = "HTTP", _("Webhook")
    ORDER_JOURNAL = "ORDER_JOURNAL", _("Allegro order journal")
    OFFER_JOURNAL = "OFFER_JOURNAL", _("Allegro offer journal")
    RETURN_JOURNAL = "RETURN_JOURNAL", _("Allegro customer returns")


class Journal(models.TextChoices):
    """Allegro's journals that are read with a cursor."""

    ORDERS = "ORDERS", _("Order events")
    OFFERS = "OFFERS", _("Offer events")
    RETURNS = "RETURNS", _("Customer returns")


class AttemptResult(models.TextChoices):
    """How one try of an event ended. A try without an end lost its worker."""

    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")
    PUT_OFF = "PUT_OFF", _("Put off, not counted")
