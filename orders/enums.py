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


class StopReason(models.TextChoices):
    """Why an order that has not left yet must not be shipped."""

    RETURN_OPENED = "RETURN_OPENED", _("The buyer opened a return")
    BUYER_CANCELLED = "BUYER_CANCELLED", _("The buyer cancelled")


class ReturnStage(models.TextChoices):
    """Where a return stands for us; the first that fits (``orders.return_stages``)."""

    BY_ALLEGRO = "BY_ALLEGRO", _("Handled by Allegro")
    DECIDED = "DECIDED", _("Decided")
    EARLIER = "EARLIER", _("Over before the account was connected")
    REJECTED = "REJECTED", _("Rejected")
    ON_THE_WAY = "ON_THE_WAY", _("On the way back")
    TO_DECIDE = "TO_DECIDE", _("To decide")


class Rejection(models.TextChoices):
    """Allegro's codes for refusing the refund of a return; the first one needs words."""

    REFUND_REJECTED = "REFUND_REJECTED", _("Refund refused, for a reason in words")
    NEW_ITEM_SENT = "NEW_ITEM_SENT", _("A new item was sent")
    ITEM_FIXED = "ITEM_FIXED", _("The item was repaired")
    MISSING_PART_SENT = "MISSING_PART_SENT", _("The missing part was sent")
    ITEM_MISMATCH = "ITEM_MISMATCH", _("Something else was sent back")
    BUSINESS_PURCHASE = "BUSINESS_PURCHASE", _("Bought for a business")
    NO_RETURN_RIGHT = "NO_RETURN_RIGHT", _("There is no right of return")
