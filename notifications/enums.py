from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    INFO = "info", _("For your information")
    WARNING = "warn", _("Look at it")
    DANGER = "danger", _("Act now")


class Event(models.TextChoices):
    """What people can be told of."""

    INTEGRATION_NEEDS_REAUTH = "integration.needs_reauth", _("An account needs a new sign-in")
    INTEGRATION_DISABLED = "integration.disabled", _("An account was switched off after errors")
    ORDER_CREATED = "order.created", _("A new order")
    ORDER_UPDATED = "order.updated", _("An order has changed")
    ORDER_STOP = "order.stop", _("An order must not be shipped")
    ORDER_WRITE_FAILED = "order.write_failed", _("Allegro refused a change of an order")
    RETURN_OPENED = "return.opened", _("A buyer opened a return")
    REFUND_FAILED = "refund.failed", _("A refund did not go through")
    STOCK_SHORT = "stock.short", _("An order could not be reserved in full")
    STOCK_LOW = "stock.low", _("Stock is low")
    STOCK_PARKED = "stock.parked", _("Stock could not be sent to Allegro")
    VALUES_PARKED = "values.parked", _("A value could not be written to Allegro")
    STOCK_BRAKE = "stock.brake", _("The brake stopped stock on its way to Allegro")
    SYNC_BRAKE = "sync.brake", _("A sync waits for a decision")
    CONFLICT_FOUND = "conflict.found", _("Both sides changed the same thing")
    DISCREPANCY_FOUND = "discrepancy.found", _("Allegro and the catalogue disagree")
    WORK_DEAD = "work.dead", _("Something gave up after all its tries")
    JOURNAL_SILENT = "journal.silent", _("Orders have stopped arriving")
    IMPORT_FINISHED = "import.finished", _("An import has finished")
    IMPORT_HELD = "import.held", _("An import was not applied by itself")
    FEED_FAILED = "feed.failed", _("A supplier's file could not be fetched")


class MailWay(models.TextChoices):
    """When a notice is mailed."""

    NOW = "now", _("At once")
    DIGEST = "digest", _("In the summary")
    NEVER = "never", _("Never")


class DigestRhythm(models.TextChoices):
    DAILY = "daily", _("Once a day")
    HOURLY = "hourly", _("Every hour")


class MailOutcome(models.TextChoices):
    """What became of a mail that is done with."""

    SENT = "SENT", _("Sent")
    ALL_READ = "ALL_READ", _("Not sent: everything in it had been read")
    NOBODY = "NOBODY", _("Not sent: nobody is there to get it any more")
