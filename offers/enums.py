from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicationStatus(models.TextChoices):
    """Allegro's own names; a value Allegro adds later is kept as it came."""

    INACTIVE = "INACTIVE", _("Draft")
    ACTIVATING = "ACTIVATING", _("Being activated")
    ACTIVE = "ACTIVE", _("Active")
    ENDED = "ENDED", _("Ended")


class LinkState(models.TextChoices):
    """Whether an offer is tied to our product, and if not, why."""

    LINKED = "LINKED", _("Linked")
    UNLINKED = "UNLINKED", _("No product has this code or EAN")
    NO_IDENTITY = "NO_IDENTITY", _("The offer has neither external id nor EAN")
    AMBIGUOUS = "AMBIGUOUS", _("Several products have this EAN")
    DETACHED = "DETACHED", _("A person removed the link")
    IGNORED = "IGNORED", _("Left without a product on purpose")


class LinkSource(models.TextChoices):
    """What an offer was recognised by. A person's choice is never overwritten."""

    EXTERNAL_ID = "EXTERNAL_ID", _("External id = product code")
    EAN = "EAN", _("EAN")
    PERSON = "PERSON", _("Chosen by a person")
    CREATED = "CREATED", _("Product made from the offer")


class PushCause(models.TextChoices):
    """What made a push of stock be asked for."""

    STOCK = "STOCK", _("Stock changed")
    LINK = "LINK", _("The offer was linked")
    PRODUCT = "PRODUCT", _("The product changed")
    SETTINGS = "SETTINGS", _("Settings of the account changed")
    DIFFERENCE = "DIFFERENCE", _("A difference was resolved")
    PERSON = "PERSON", _("A person asked for it")
    RUN = "RUN", _("A sync run")
    CONFLICT = "CONFLICT", _("A conflict was resolved")
    UNDO = "UNDO", _("Taken back")


class TargetReason(models.TextChoices):
    """Why an offer is to show the quantity it is to show, or why that is not ours to say."""

    STOCK = "STOCK", _("From your stock")
    UNLINKED = "UNLINKED", _("No product")
    NOT_TRACKED = "NOT_TRACKED", _("Stock is not tracked")
    NO_STOCK_KEPT = "NO_STOCK_KEPT", _("No stock recorded")
    SYNC_OFF = "SYNC_OFF", _("Sync is off for the product")
    ARCHIVED = "ARCHIVED", _("The product is archived")
    BY_ALLEGRO = "BY_ALLEGRO", _("Fulfilled by Allegro")
    DRAFT = "DRAFT", _("Draft")
    ENDED = "ENDED", _("Ended")
    ZERO_LEFT = "ZERO_LEFT", _("Left at zero stock")


class PushReason(models.TextChoices):
    """Why a push stands as it does."""

    # Nothing to do, or done.
    EQUAL = "EQUAL", _("Allegro shows it already")
    SENT = "SENT", _("Sent and read back")
    UNLINKED = "UNLINKED", _("No product")
    NOT_TRACKED = "NOT_TRACKED", _("Stock is not tracked")
    NO_STOCK_KEPT = "NO_STOCK_KEPT", _("No stock recorded")
    SYNC_OFF = "SYNC_OFF", _("Sync is off for the product")
    ARCHIVED = "ARCHIVED", _("The product is archived")
    BY_ALLEGRO = "BY_ALLEGRO", _("Fulfilled by Allegro")
    DRAFT = "DRAFT", _("Draft")
    ENDED = "ENDED", _("Ended")
    ZERO_LEFT = "ZERO_LEFT", _("Left at zero stock")
    DROPPED = "DROPPED", _("Dropped by a person")
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE", _("Changed at Allegro meanwhile")
    REPLACED = "REPLACED", _("A newer value was asked for")
    # On the way.
    STOPPED = "STOPPED", _("Writing stock is stopped")
    BRAKE = "BRAKE", _("Held by the brake")
    COMMAND = "COMMAND", _("Allegro works on it")
    PURCHASE = "PURCHASE", _("Waiting for a purchase to arrive")
    JOURNAL = "JOURNAL", _("Orders could not be read first")
    AWAY = "AWAY", _("Allegro did not answer")
    LIMIT = "LIMIT", _("Allegro's limit is used up")
    BUSY = "BUSY", _("Allegro is still changing the offer")
    # A person is needed.
    SIGN_IN = "SIGN_IN", _("The account does not work")
    REFUSED = "REFUSED", _("Allegro refused it")
    FORBIDDEN = "FORBIDDEN", _("Not allowed to write offers")
    GONE = "GONE", _("The offer is gone at Allegro")
    NOT_TAKEN = "NOT_TAKEN", _("Allegro shows another number")
    NO_RESULT = "NO_RESULT", _("Allegro gave no result")
    FAILED = "FAILED", _("Failed on our side")
    UNREADABLE = "UNREADABLE", _("Allegro's answer made no sense")
    NO_VALUE = "NO_VALUE", _("The value is no longer known")
    NO_STOCK = "NO_STOCK", _("Nothing is left to sell")
    NOT_THERE = "NOT_THERE", _("Not offered on this marketplace")
    DAY_LIMIT = "DAY_LIMIT", _("The day's limit of ended offers is reached")


class WriteKind(models.TextChoices):
    """The ways to write to offers at Allegro."""

    PATCH = "PATCH", _("One offer")
    BULK = "BULK", _("Up to 25 offers, a number each")
    QUANTITY = "QUANTITY", _("One number for up to 1000 offers")
    PRICE = "PRICE", _("One price for up to 1000 offers")
    END = "END", _("End offers")
    ACTIVATE = "ACTIVATE", _("Put offers on sale again")


class CommandOutcome(models.TextChoices):
    """What became of a command."""

    OPEN = "OPEN", _("Not known yet")
    DONE = "DONE", _("Done")
    PARTLY = "PARTLY", _("Partly done")
    FAILED = "FAILED", _("Failed")
    NOT_ACCEPTED = "NOT_ACCEPTED", _("Never arrived at Allegro")
    NO_RESULT = "NO_RESULT", _("No result within an hour")


class ItemState(models.TextChoices):
    """The state of one offer in a command, in Allegro's own words."""

    NEW = "NEW", _("Waiting")
    SUCCESS = "SUCCESS", _("Done")
    FAIL = "FAIL", _("Refused")


class BrakeState(models.TextChoices):
    """What became of a brake."""

    OPEN = "OPEN", _("Holding")
    RELEASED = "RELEASED", _("Released")
    DROPPED = "DROPPED", _("Dropped")


class Field(models.TextChoices):
    """What is kept in step between an offer and the catalogue.

    The price on an additional marketplace has a code of its own, see :func:`price_field`.
    """

    PRICE = "PRICE", _("Price")
    STOCK = "STOCK", _("Stock")
    TITLE = "TITLE", _("Title")
    DESCRIPTION = "DESCRIPTION", _("Description")
    IMAGES = "IMAGES", _("Images")
    STATUS = "STATUS", _("Status")


MARKETPLACE_PRICE = f"{Field.PRICE}@"


def price_field(marketplace: str) -> str:
    """The code of the price on an additional marketplace, such as ``PRICE@allegro-cz``."""
    return f"{MARKETPLACE_PRICE}{marketplace}"


def base_field(code: str) -> Field:
    """Which :class:`Field` a code belongs to: a price on any marketplace is a price."""
    return Field(code.partition("@")[0])


class NotOurs(models.TextChoices):
    """Why we have no value of our own for a field of an offer. Stable codes."""

    UNLINKED = "UNLINKED", _("No product")
    SEVERAL_PRODUCTS = "SEVERAL_PRODUCTS", _("Several products in one offer")
    SYNC_OFF = "SYNC_OFF", _("Sync is off for the product")
    ARCHIVED = "ARCHIVED", _("The product is archived")
    BY_ALLEGRO = "BY_ALLEGRO", _("Fulfilled by Allegro")
    DRAFT = "DRAFT", _("Draft")
    ENDED = "ENDED", _("Ended")
    AS_THERE = "AS_THERE", _("Left as it is at Allegro")
    NOT_TRACKED = "NOT_TRACKED", _("Stock is not tracked")
    NO_STOCK_KEPT = "NO_STOCK_KEPT", _("No stock recorded")
    ZERO_LEFT = "ZERO_LEFT", _("Left at zero stock")
    NO_PRICE = "NO_PRICE", _("The product has no price")
    NO_RATE = "NO_RATE", _("No exchange rate")
    OTHER_CURRENCY = "OTHER_CURRENCY", _("Another currency")
    UNDER_FLOOR = "UNDER_FLOOR", _("Under the lowest price allowed")
    OVER_CEILING = "OVER_CEILING", _("Over the highest price allowed")
    NO_RULE = "NO_RULE", _("No price rule")
    NO_TITLE = "NO_TITLE", _("The product has no name")
    BAD_TITLE = "BAD_TITLE", _("Allegro would refuse the name as a title")
    NO_DESCRIPTION = "NO_DESCRIPTION", _("The product has no description")
    NO_IMAGES = "NO_IMAGES", _("The product has no images")


class ParameterSource(models.TextChoices):
    """What fills a parameter of Allegro's category for the products mapped to it."""

    VALUE = "VALUE", _("The same value for all")
    FIELD = "FIELD", _("A field of the product")


class InvoiceKind(models.TextChoices):
    """What invoice a buyer gets, in Allegro's own words."""

    VAT = "VAT", _("VAT invoice")
    VAT_MARGIN = "VAT_MARGIN", _("VAT margin invoice")
    WITHOUT_VAT = "WITHOUT_VAT", _("Invoice without VAT")
    NO_INVOICE = "NO_INVOICE", _("No invoice")


class PublicationCause(models.TextChoices):
    """What made an offer be created."""

    PRODUCT = "PRODUCT", _("Published from a product")
    CLONE = "CLONE", _("Copied from an offer")


class PublicationReason(models.TextChoices):
    """Why a publication stands as it does; stable for programs."""

    # On the way.
    QUEUED = "QUEUED", _("Waits its turn")
    SENDING = "SENDING", _("Being sent")
    IN_DOUBT = "IN_DOUBT", _("Sent, and the answer was lost: looking for the offer at Allegro")
    ACCEPTED = "ACCEPTED", _("Allegro works on it")
    STOPPED = "STOPPED", _("Writing offers is stopped")
    AWAY = "AWAY", _("Allegro did not answer")
    LIMIT = "LIMIT", _("Allegro's limit is used up")
    # Over.
    PUBLISHED = "PUBLISHED", _("On Allegro")
    FOUND = "FOUND", _("On Allegro; found again after a lost answer")
    CANCELLED = "CANCELLED", _("Cancelled before it was sent")
    # A person is needed.
    NOT_READY = "NOT_READY", _("Not ready")
    DUPLICATE = "DUPLICATE", _("An offer sells this already")
    REFUSED = "REFUSED", _("Allegro refused it")
    SIGN_IN = "SIGN_IN", _("The account does not work")
    FORBIDDEN = "FORBIDDEN", _("Not allowed to write offers")
    NO_RESULT = "NO_RESULT", _("Allegro gave no result in two hours")
    FAILED = "FAILED", _("Failed on our side")


class MarketplaceState(models.TextChoices):
    """What became of an offer on an additional marketplace; Allegro's names, an open set."""

    NOT_REQUESTED = "NOT_REQUESTED", _("Not offered there")
    PENDING = "PENDING", _("Waiting for Allegro")
    IN_PROGRESS = "IN_PROGRESS", _("Being checked")
    APPROVED = "APPROVED", _("Shown there")
    REFUSED = "REFUSED", _("Refused there")


class ProblemSource(models.TextChoices):
    """Where a problem of an offer was told."""

    VALIDATION = "VALIDATION", _("Allegro's check of the offer")
    REFUSAL = "REFUSAL", _("Another marketplace")
    WRITE = "WRITE", _("A change we sent")


class OwnSource(models.TextChoices):
    """How an offer came to a value of its own."""

    PERSON = "PERSON", _("Set by a person")
    TAKEN = "TAKEN", _("Taken from Allegro")


class PriceSource(models.TextChoices):
    """What a price rule starts from."""

    SELLING = "SELLING", _("Selling price")
    PURCHASE = "PURCHASE", _("Purchase price and margin")


class SuggestedBy(models.TextChoices):
    """What makes a product probable for an offer; too weak to link it without being asked."""

    CODE_CASE = "CODE_CASE", _("Same code but for capitals")
    EAN_AS_CODE = "EAN_AS_CODE", _("The offer's external id is the product's EAN")
    CODE_IS_EAN = "CODE_IS_EAN", _("The product's code is the offer's EAN")
    EAN_PADDED = "EAN_PADDED", _("Same EAN but for leading zeros")
