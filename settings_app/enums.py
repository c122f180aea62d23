from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Environment(models.TextChoices):
    """Which Allegro an account belongs to."""

    PRODUCTION = "production", _("Allegro")
    SANDBOX = "sandbox", _("Allegro sandbox")


class IntegrationState(models.TextChoices):
    """Whether an integration works by itself, and if not, who must act."""

    CONNECTED = "CONNECTED", _("Connected")
    NEEDS_REAUTH = "NEEDS_REAUTH", _("Needs a new sign-in at Allegro")
    PAUSED = "PAUSED", _("Paused")
    DISABLED = "DISABLED", _("Switched off after repeated errors")
    DISCONNECTED = "DISCONNECTED", _("Disconnected")


class ConflictStrategy(models.TextChoices):
    """Who wins when both sides changed the same field."""

    TIMESTAMP = "TIMESTAMP", _("The newer change")
    DB_WINS = "DB_WINS", _("Our catalogue")
    ALLEGRO_WINS = "ALLEGRO_WINS", _("Allegro")
    MANUAL = "MANUAL", _("Ask me")


class ZeroStockPolicy(models.TextChoices):
    """What happens to an offer whose stock reaches zero."""

    SET_ZERO = "SET_ZERO", _("Set 0 (Allegro ends the offer)")
    END = "END", _("End the offer")
    LEAVE = "LEAVE", _("Leave the offer")


class AuthorizationState(models.TextChoices):
    """The life of one attempt to connect an account."""

    PENDING = "PENDING", _("Waiting for the seller")
    AUTHORIZED = "AUTHORIZED", _("Authorized")
    DENIED = "DENIED", _("Denied")
    EXPIRED = "EXPIRED", _("Expired")
    FAILED = "FAILED", _("Failed")


class SyncedField(models.TextChoices):
    """What an offer and our catalogue are kept in step about.

    A price on an additional marketplace is ``PRICE@<marketplace id>`` and follows PRICE unless a rule
    of its own says otherwise.
    """

    PRICE = "PRICE", _("Price")
    STOCK = "STOCK", _("Stock")
    TITLE = "TITLE", _("Title")
    DESCRIPTION = "DESCRIPTION", _("Description")
    IMAGES = "IMAGES", _("Pictures")
    STATUS = "STATUS", _("On sale or ended")


class WriteKind(models.TextChoices):
    """What the emergency stops stop, each for itself."""

    STOCK = "stock", _("stock")
    OFFERS = "offer", _("offers")


class SyncDirection(models.TextChoices):
    """What a schedule of an account starts."""

    PUSH = "PUSH", _("Our changes to Allegro")
    PULL = "PULL", _("Allegro's changes to us")
    STOCK = "STOCK", _("Stock to Allegro")
    CLEANUP = "CLEANUP", _("Clean-up")
