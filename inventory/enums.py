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


class ReservationState(models.TextChoices):
    ACTIVE = "ACTIVE", _("Reserved")
    CONSUMED = "CONSUMED", _("Dispatched")
    RELEASED = "RELEASED", _("Released")


class HoldState(models.TextChoices):
    ACTIVE = "ACTIVE", _("Reserved")
    CONFIRMED = "CONFIRMED", _("Sold")
    RELEASED = "RELEASED", _("Released")
    EXPIRED = "EXPIRED", _("Expired")
