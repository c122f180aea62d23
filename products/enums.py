from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeSource(models.TextChoices):
    """Through what a product's value was changed."""

    PERSON = "PERSON", _("By hand")
    API = "API", _("Through the API")
    IMPORT = "IMPORT", _("Import")
    BULK = "BULK", _("Bulk edit")
    SYNC = "SYNC", _("Sync")
    RULE = "RULE", _("Sync rule")
    UNDO = "UNDO", _("Taken back")
    SYSTEM = "SYSTEM", _("The product itself")


class EanFinding(models.TextChoices):
    """What is wrong with an EAN; made by the database, ``products.ean.finding`` says the same."""

    DIGITS = "DIGITS", _("Not only digits")
    LENGTH = "LENGTH", _("Wrong length")
    CHECK = "CHECK", _("Wrong check digit")
    INTERNAL = "INTERNAL", _("Number for internal use")


class SyncChoice(models.TextChoices):
    """What a person said about one product; it beats every rule. Nothing said: the rules decide."""

    ALWAYS = "ALWAYS", _("Always sync")
    NEVER = "NEVER", _("Never sync")


class RuleEffect(models.TextChoices):
    INCLUDE = "INCLUDE", _("are synced")
    EXCLUDE = "EXCLUDE", _("are kept out")


class SyncReason(models.TextChoices):
    """Why a product syncs or does not."""

    ARCHIVED = "ARCHIVED", _("It is archived")
    INACTIVE = "INACTIVE", _("It is not active")
    CHOSEN_OUT = "CHOSEN_OUT", _("Kept out by hand")
    CHOSEN_IN = "CHOSEN_IN", _("Chosen by hand")
    RULE_OUT = "RULE_OUT", _("Excluded by a rule")
    RULE_IN = "RULE_IN", _("Included by a rule")
    NO_RULE = "NO_RULE", _("No rule keeps it out")


class EditStage(models.TextChoices):
    CHECKING = "CHECKING", _("Being checked")
    PREVIEW = "PREVIEW", _("Waiting for your confirmation")
    APPLYING = "APPLYING", _("Being applied")
    APPLIED = "APPLIED", _("Applied")
    UNDOING = "UNDOING", _("Being taken back")
    UNDONE = "UNDONE", _("Taken back")
    CANCELLED = "CANCELLED", _("Cancelled")


class EditRowState(models.TextChoices):
    UNSEEN = "UNSEEN", _("Not looked at yet")
    READY = "READY", _("Will change")
    SAME = "SAME", _("Has these values already")
    REFUSED = "REFUSED", _("Refused")
    CHANGED = "CHANGED", _("Changed")
    UNDONE = "UNDONE", _("Taken back")
    KEPT = "KEPT", _("Changed since, left as it is")


class EditField(models.TextChoices):
    """What a bulk edit may change."""

    SELLING_PRICE = "selling_price", _("selling price, gross")
    PURCHASE_PRICE = "purchase_price", _("purchase price, net")
    PURCHASE_TAX_RATE = "purchase_tax_rate", _("purchase VAT, %")
    DEFAULT_CATEGORY = "default_category", _("category")
    SUPPLIER = "supplier", _("supplier")
    BRAND = "brand", _("brand")
    MANUFACTURER = "manufacturer", _("manufacturer")
    ORIGIN = "origin", _("country of origin")
    AVAILABILITY = "availability", _("availability")
    TAGS = "tags", _("tags")
    ACTIVE = "active", _("active")
    SYNC_CHOICE = "sync_choice", _("syncing")
    TRACK_INVENTORY = "track_inventory", _("stock is tracked")
    MINIMUM_STOCK = "minimum_stock", _("minimum stock")


class EditAct(models.TextChoices):
    SET = "SET", _("set to")
    CLEAR = "CLEAR", _("clear")
    PERCENT = "PERCENT", _("change by %")
    ADD = "ADD", _("add")
    REMOVE = "REMOVE", _("remove")


class Rounding(models.TextChoices):
    """How a price that was moved by a percentage is rounded."""

    CENT = "CENT", _("to 0.01")
    TENTH = "TENTH", _("to 0.10")
    WHOLE = "WHOLE", _("to whole units")
    NINES = "NINES", _("to …,99")


class EditRefusal(models.TextChoices):
    """Why a bulk edit leaves a product alone."""

    ARCHIVED = "ARCHIVED", _("It is archived")
    NO_PRICE = "NO_PRICE", _("It has no price to change by a percentage")
    NO_CURRENCY = "NO_CURRENCY", _("Its price has no currency")
    BELOW_ZERO = "BELOW_ZERO", _("The price would not be above zero")
    TOO_LARGE = "TOO_LARGE", _("The price would be too large")
    TOO_LONG = "TOO_LONG", _("The tags would be too long")


class Likeness(models.TextChoices):
    """In what products are alike that may be the same thing."""

    EAN = "EAN", _("Same EAN")
    CODE = "CODE", _("Same code but for case or spaces")
    NAME = "NAME", _("Same name and brand")


class RuleAct(models.TextChoices):
    """What is done to the list of sync rules."""

    ADD = "ADD", _("Add")
    CHANGE = "CHANGE", _("Change")
    REMOVE = "REMOVE", _("Remove")
    UP = "UP", _("Move up")
    DOWN = "DOWN", _("Move down")
