from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormStatus(models.TextChoices):
    """Allegro's status of a checkout form."""

    BOUGHT = "BOUGHT", _("Bought")
    FILLED_IN = "FILLED_IN", _("Delivery form filled in")
    READY_FOR_PROCESSING = "READY_FOR_PROCESSING", _("Ready for processing")
    CANCELLED = "CANCELLED", _("Cancelled")


class PaymentType(StrEnum):
    """Allegro's ways of paying that are treated apart; it has others."""

    CASH_ON_DELIVERY = "CASH_ON_DELIVERY"
    EXTENDED_TERM = "EXTENDED_TERM"


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


class ReturnReason(models.TextChoices):
    """Why buyers send goods back; Allegro's codes, of which it may add more."""

    NONE = "NONE", _("No reason given")
    MISTAKE = "MISTAKE", _("Bought by mistake")
    TRANSPORT = "TRANSPORT", _("Damaged on the way")
    DAMAGED = "DAMAGED", _("Damaged")
    NOT_AS_DESCRIBED = "NOT_AS_DESCRIBED", _("Not as described")
    DONT_LIKE_IT = "DONT_LIKE_IT", _("Does not like it")
    OVERDUE_DELIVERY = "OVERDUE_DELIVERY", _("Came too late")
    INCOMPLETE = "INCOMPLETE", _("Incomplete")
    HIDDEN_FLAW = "HIDDEN_FLAW", _("A hidden flaw")
    OTHER_FLAW = "OTHER_FLAW", _("Another flaw")
    DIFFERENT = "DIFFERENT", _("Something else came")
    COUNTERFEIT = "COUNTERFEIT", _("A counterfeit")
    NOT_NEW = "NOT_NEW", _("Not new")
    TOO_LARGE = "TOO_LARGE", _("Too large")
    TOO_SMALL = "TOO_SMALL", _("Too small")
    NOT_AS_EXPECTED = "NOT_AS_EXPECTED", _("Not as expected")
    ORDERED_FOR_COMPARISON = "ORDERED_FOR_COMPARISON", _("Ordered to compare")


class ReturnStatus(models.TextChoices):
    """Allegro's statuses of a return, of which it may add more."""

    CREATED = "CREATED", _("Declared")
    DISPATCHED = "DISPATCHED", _("Handed in by the buyer")
    IN_TRANSIT = "IN_TRANSIT", _("On its way")
    DELIVERED = "DELIVERED", _("Delivered to you")
    FINISHED = "FINISHED", _("Refunded")
    FINISHED_APT = "FINISHED_APT", _("Refunded by Allegro Protect")
    REJECTED = "REJECTED", _("Rejected")
    COMMISSION_REFUND_CLAIMED = "COMMISSION_REFUND_CLAIMED", _("Refunded, commission claimed")
    COMMISSION_REFUNDED = "COMMISSION_REFUNDED", _("Refunded, commission back")
    WAREHOUSE_DELIVERED = "WAREHOUSE_DELIVERED", _("Delivered to Allegro's warehouse")
    WAREHOUSE_VERIFICATION = "WAREHOUSE_VERIFICATION", _("Checked by Allegro's warehouse")


class Rejection(models.TextChoices):
    """Allegro's codes for refusing the refund of a return; the first one needs words."""

    REFUND_REJECTED = "REFUND_REJECTED", _("Refund refused, for a reason in words")
    NEW_ITEM_SENT = "NEW_ITEM_SENT", _("A new item was sent")
    ITEM_FIXED = "ITEM_FIXED", _("The item was repaired")
    MISSING_PART_SENT = "MISSING_PART_SENT", _("The missing part was sent")
    ITEM_MISMATCH = "ITEM_MISMATCH", _("Something else was sent back")
    BUSINESS_PURCHASE = "BUSINESS_PURCHASE", _("Bought for a business")
    NO_RETURN_RIGHT = "NO_RETURN_RIGHT", _("There is no right of return")


class WriteKind(models.TextChoices):
    """What a person can ask Allegro to change about an order."""

    FULFILMENT = "FULFILMENT", _("Status")
    SHIPMENT = "SHIPMENT", _("Tracking number")
    REFUND = "REFUND", _("Refund")
    COMMISSION_CLAIM = "COMMISSION_CLAIM", _("Commission claim")
    CLAIM_CANCEL = "CLAIM_CANCEL", _("Withdrawal of a commission claim")
    RETURN_REJECTION = "RETURN_REJECTION", _("Rejection of a return")


class WriteOutcome(models.TextChoices):
    """How a finished write ended."""

    WRITTEN = "WRITTEN", _("Done at Allegro")
    ALREADY = "ALREADY", _("It was so already")
    LET_GO = "LET_GO", _("Let go by a person")
    REPLACED = "REPLACED", _("Replaced by a newer wish")


class Fulfilment(models.TextChoices):
    """Statuses of the parcel that a seller may set; RETURNED is Allegro's alone."""

    NEW = "NEW", _("New")
    PROCESSING = "PROCESSING", _("Being packed")
    READY_FOR_SHIPMENT = "READY_FOR_SHIPMENT", _("Packed, ready to ship")
    READY_FOR_PICKUP = "READY_FOR_PICKUP", _("Ready to be picked up")
    SENT = "SENT", _("Sent")
    PICKED_UP = "PICKED_UP", _("Picked up")
    SUSPENDED = "SUSPENDED", _("Suspended")
    CANCELLED = "CANCELLED", _("Cancelled")


class LinesSent(models.TextChoices):
    """How much of an order has been sent."""

    NONE = "NONE", _("Nothing")
    SOME = "SOME", _("Some lines")
    ALL = "ALL", _("Everything")


class ShipmentSource(models.TextChoices):
    """Who put a tracking number on an order."""

    HUB = "HUB", _("Added here")
    ALLEGRO = "ALLEGRO", _("Ship with Allegro")
    ELSEWHERE = "ELSEWHERE", _("Added elsewhere")


class RefundReason(models.TextChoices):
    """Why money goes back to the buyer; Allegro's codes."""

    REFUND = "REFUND", _("The buyer returned it")
    COMPLAINT = "COMPLAINT", _("Complaint")
    PRODUCT_NOT_AVAILABLE = "PRODUCT_NOT_AVAILABLE", _("Not available")
    PAID_VALUE_TOO_LOW = "PAID_VALUE_TOO_LOW", _("Paid too little")
    OVERPAID = "OVERPAID", _("Paid too much")
    CANCELLED_BY_BUYER = "CANCELLED_BY_BUYER", _("Cancelled by the buyer")
    NOT_COLLECTED = "NOT_COLLECTED", _("Not collected")


class RefundStatus(models.TextChoices):
    """Where a refund stands; the last four are final (allegro-api#3772)."""

    NEW = "NEW", _("Ordered")
    VALIDATED = "VALIDATED", _("Checked")
    IN_PROGRESS = "IN_PROGRESS", _("On its way")
    SUCCESS = "SUCCESS", _("Paid back")
    PARTIAL = "PARTIAL", _("Paid back in part")
    CANCELED = "CANCELED", _("Not paid: cancelled by Allegro")
    VALIDATE_FAILED = "VALIDATE_FAILED", _("Not paid: refused by Allegro")


class ClaimStatus(models.TextChoices):
    """Where a claim for commission stands."""

    IN_PROGRESS = "IN_PROGRESS", _("Being decided")
    WAITING_FOR_PAYMENT_REFUND = "WAITING_FOR_PAYMENT_REFUND", _("Waits for the buyer's refund")
    GRANTED = "GRANTED", _("Granted")
    REJECTED = "REJECTED", _("Rejected")
    APPEALED = "APPEALED", _("Appealed")
    REJECTED_AFTER_APPEAL = "REJECTED_AFTER_APPEAL", _("Rejected after the appeal")
    CANCELLED = "CANCELLED", _("Withdrawn")
