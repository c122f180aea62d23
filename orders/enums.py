from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormStatus(models.TextChoices):
    """Allegro's status of a checkout form."""

    BOUGHT = "BOUGHT", _("Bought")
    FILLED_IN = "FILLED_IN", _("Delivery form filled in")
    READY_FOR_PROCESSING = "READY_FOR_PROCESSING", _("Ready for processing")
    CANCELLED = "CANCELLED", _("Cancelled")


class DisplayStatus(models.TextChoices):
    """The one status people see; the first step of the ladder that fits (``orders.ladder``)."""

    SUPERSEDED = "SUPERSEDED", _("Merged into another order")
    CANCELLED = "CANCELLED", _("Cancelled")
    UNPAID = "UNPAID", _("Waiting for payment")
    READY = "READY", _("Ready to ship")
    PROCESSING = "PROCESSING", _("Being packed")
    SENT = "SENT", _("Sent")
    DELIVERED = "DELIVERED", _("Picked up")
    RETURNED = "RETURNED", _("Returned")
    BY_ALLEGRO = "BY_ALLEGRO", _("Shipped by Allegro")
    SUSPENDED = "SUSPENDED", _("Suspended")


class StockState(models.TextChoices):
    """What an order line has done to stock."""

    NONE = "NONE", _("Not taken yet")
    RESERVED = "RESERVED", _("Reserved")
    CONSUMED = "CONSUMED", _("Dispatched")
    RELEASED = "RELEASED", _("Released")
    UNLINKED = "UNLINKED", _("No product is linked")
    NOT_OURS = "NOT_OURS", _("Not from our stock")
    EARLIER = "EARLIER", _("Sold before the account was connected")


class Transition(models.TextChoices):
    """The steps of an order that others hear of, each at most once."""

    BOUGHT = "bought", _("Bought")
    READY = "ready", _("Ready for processing")
    SENT = "sent", _("Sent")
    CANCELLED = "cancelled", _("Cancelled")
    SUPERSEDED = "superseded", _("Merged into another order")
    GONE = "gone", _("No longer at Allegro")
