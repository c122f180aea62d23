from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SyncKind(models.TextChoices):
    """What a run brings in step. Pulls read Allegro and write here, a check compares both sides.

    PUSH, PULL and BOTH compare offers field by field, make a plan and carry it out.
    """

    PULL_OFFERS = "PULL_OFFERS", _("Offers from Allegro")
    PULL_ORDERS = "PULL_ORDERS", _("Orders from Allegro")
    CHECK = "CHECK", _("Check against Allegro")
    ORDERS_BY_DATE = "ORDERS_BY_DATE", _("Orders of chosen days")
    PUSH = "PUSH", _("To Allegro")
    PULL = "PULL", _("From Allegro")
    BOTH = "BOTH", _("Both ways")


class SyncTrigger(models.TextChoices):
    SCHEDULE = "SCHEDULE", _("Schedule")
    PERSON = "PERSON", _("By a person")
    CONNECT = "CONNECT", _("Account connected")


class SyncMode(models.TextChoices):
    DRY_RUN = "DRY_RUN", _("Show only")
    APPLY = "APPLY", _("Apply")


class SyncScope(models.TextChoices):
    """What a run that plans looks at."""

    ACCOUNT = "ACCOUNT", _("All linked offers")
    PRODUCT = "PRODUCT", _("One product")
    OFFERS = "OFFERS", _("Chosen offers")
    FAILED = "FAILED", _("What failed before")
    UNDO = "UNDO", _("Taking a run back")


class ItemOutcome(models.TextChoices):
    CREATED = "CREATED", _("Created")
    UPDATED = "UPDATED", _("Updated")
    UNCHANGED = "UNCHANGED", _("Unchanged")
    SKIPPED = "SKIPPED", _("Skipped")
    FAILED = "FAILED", _("Failed")


class DiscrepancyKind(models.TextChoices):
    """In what the two sides disagree."""

    QUANTITY = "QUANTITY", _("Quantity")
    PRICE = "PRICE", _("Price")
    STATUS = "STATUS", _("Status")
    MISSING_AT_ALLEGRO = "MISSING_AT_ALLEGRO", _("Missing at Allegro")
    MISSING_HERE = "MISSING_HERE", _("Missing here")


class Cause(models.TextChoices):
    """What exactly was found; stable codes, each with words and a remedy in ``syncs.causes``."""

    DIFFERS = "DIFFERS", _("The values differ")
    SELLS_WITHOUT_STOCK = "SELLS_WITHOUT_STOCK", _("On sale without stock")
    ACTIVE_WITHOUT_STOCK = "ACTIVE_WITHOUT_STOCK", _("Active with nothing to sell")
    ENDED_WITH_STOCK = "ENDED_WITH_STOCK", _("Ended though there is stock")
    ENDED_UNEXPECTEDLY = "ENDED_UNEXPECTEDLY", _("Ended, and not by us")
    NOT_LISTED = "NOT_LISTED", _("The offer is gone")
    NO_OFFER = "NO_OFFER", _("No offer sells the product")
    NO_PRODUCT = "NO_PRODUCT", _("No product stands behind the offer")


class ValueSource(models.TextChoices):
    """Where a value was taken from, which tells how far it can be trusted."""

    STOCK = "STOCK", _("Our stock")
    PRODUCT = "PRODUCT", _("Our product")
    LISTING = "LISTING", _("Allegro's list")
    OFFER = "OFFER", _("The offer at Allegro")


class Severity(models.IntegerChoices):
    """How bad a discrepancy is; a number, because lists are sorted by it."""

    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")


class DiscrepancyStatus(models.TextChoices):
    """The life of a discrepancy. A settled one that is found again is opened again."""

    OPEN = "OPEN", _("Open")
    INVESTIGATING = "INVESTIGATING", _("Looked into")
    RESOLVED = "RESOLVED", _("Resolved")
    IGNORED = "IGNORED", _("Ignored")


class Resolution(models.TextChoices):
    """How a discrepancy was settled."""

    OURS = "OURS", _("Our value goes to Allegro")
    ALLEGRO = "ALLEGRO", _("Allegro's value is taken")
    IGNORE = "IGNORE", _("Left as it is")
    AGREES = "AGREES", _("Both sides agree again")


class AutoResolve(models.TextChoices):
    """What a rule does by itself with what it matches."""

    NONE = "NONE", _("Nothing; a person decides")
    OURS = "OURS", _("Send our value to Allegro")
    ALLEGRO = "ALLEGRO", _("Take Allegro's value")
    IGNORE = "IGNORE", _("Ignore it")


class EntryKind(models.TextChoices):
    """What happened to a discrepancy."""

    FOUND = "FOUND", _("Found")
    CHANGED = "CHANGED", _("The values have changed")
    REOPENED = "REOPENED", _("Found again")
    AGREED = "AGREED", _("Agrees again")
    ASSIGNED = "ASSIGNED", _("Assigned")
    COMMENTED = "COMMENTED", _("Comment")
    INVESTIGATED = "INVESTIGATED", _("Looked into")
    RESOLVED = "RESOLVED", _("Resolved")
    IGNORED = "IGNORED", _("Ignored")
    HELD = "HELD", _("Not resolved by itself")
    UNDONE = "UNDONE", _("Taken back")


class PlanAction(models.TextChoices):
    """What a plan does with a field of an offer."""

    PUSH = "PUSH", _("Send to Allegro")
    PULL = "PULL", _("Take from Allegro")
    AGREE = "AGREE", _("Both agree")
    CONFLICT = "CONFLICT", _("Ask you")
    NOTHING = "NOTHING", _("Leave it")


class ChangeState(models.TextChoices):
    """How far a planned change came. CHANGED: the values moved after it was planned."""

    PLANNED = "PLANNED", _("Planned")
    SENT = "SENT", _("On its way")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")
    SKIPPED = "SKIPPED", _("Skipped")
    CHANGED = "CHANGED", _("Changed meanwhile")


class RunBrakeKind(models.TextChoices):
    """What made a run ask a person first."""

    ZEROS = "ZEROS", _("Many offers to be set to zero")
    CHANGED = "CHANGED", _("Many offers to be changed")
    ENDED = "ENDED", _("Many offers to be ended")
    PRICE = "PRICE", _("Large changes of prices")


class RunBrakeState(models.TextChoices):
    """What became of a run's brake."""

    OPEN = "OPEN", _("Holding")
    RELEASED = "RELEASED", _("Released")
    DROPPED = "DROPPED", _("Dropped")


class ConflictState(models.TextChoices):
    """The life of a conflict. WRITING: a person chose, and the value is on its way to Allegro.

    AGREED: it went away without anybody deciding.
    """

    OPEN = "OPEN", _("Open")
    WRITING = "WRITING", _("On its way")
    RESOLVED = "RESOLVED", _("Resolved")
    AGREED = "AGREED", _("Both sides agree again")


class ConflictResolution(models.TextChoices):
    """Whose value a person chose."""

    OURS = "OURS", _("Ours")
    ALLEGRO = "ALLEGRO", _("Allegro's")
    OWN = "OWN", _("Another value")
