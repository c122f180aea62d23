from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventSource(models.TextChoices):
    HTTP = "HTTP", _("Webhook")
    ORDER_JOURNAL = "ORDER_JOURNAL", _("Allegro order journal")
    OFFER_JOURNAL = "OFFER_JOURNAL", _("Allegro offer journal")


class Journal(models.TextChoices):
    """Allegro's journals that are read with a cursor."""

    ORDERS = "ORDERS", _("Order events")
    OFFERS = "OFFERS", _("Offer events")
