from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MovementKind(models.TextChoices):
    """Why the ledger moved. Reserve and release move ``reserved``, the others ``on_hand``."""

    RECEIPT = "RECEIPT", _("Receipt")
    ADJUSTMENT = "ADJUSTMENT", _("Correction by hand")
    IMPORT = "IMPORT", _("Import")
    RESERVE = "RESERVE", _("Reserved")
    RELEASE = "RELEASE", _("Reservation released")
    DISPATCH = "DISPATCH", _("Dispatched")
    RETURN = "RETURN", _("Returned")
    COUNT = "COUNT", _("Stocktake")
    TRANSFER_OUT = "TRANSFER_OUT", _("Transfer out")
    TRANSFER_IN = "TRANSFER_IN", _("Transfer in")
    TRANSFER_DIFF = "TRANSFER_DIFF", _("Transfer difference")
    RECOUNT = "RECOUNT", _("Ledger and level made equal")


class ReservationState(models.TextChoices):
    ACTIVE = "ACTIVE", _("Reserved")
    CONSUMED = "CONSUMED", _("Dispatched")
    RELEASED = "RELEASED", _("Released")


class HoldState(models.TextChoices):
    ACTIVE = "ACTIVE", _("Reserved")
    CONFIRMED = "CONFIRMED", _("Sold")
    RELEASED = "RELEASED", _("Released")
    EXPIRED = "EXPIRED", _("Expired")


class TransferState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    SENT = "SENT", _("In transit")
    RECEIVED = "RECEIVED", _("Received")
    CANCELLED = "CANCELLED", _("Cancelled")


class StocktakeStage(models.TextChoices):
    COUNTING = "COUNTING", _("Being counted")
    POSTING = "POSTING", _("Being posted")
    POSTED = "POSTED", _("Posted")
    DISCARDED = "DISCARDED", _("Discarded")


class LineOutcome(models.TextChoices):
    """What posting a stocktake did with a line."""

    OPEN = "", _("Not posted yet")
    POSTED = "POSTED", _("Difference booked")
    SAME = "SAME", _("No difference")
    UNCOUNTED = "UNCOUNTED", _("Not counted, left as it was")
    SUPERSEDED = "SUPERSEDED", _("Set by somebody after it was counted, left as it is")
