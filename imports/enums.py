from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportStage(models.TextChoices):
    """Where an import stands; durable work tells whether the present step is running or stuck."""

    UPLOADED = "UPLOADED", _("Uploaded")
    STAGING = "STAGING", _("Being read and checked")
    MAPPING = "MAPPING", _("Waiting for the meaning of its columns")
    PREVIEW = "PREVIEW", _("Waiting for your confirmation")
    APPLYING = "APPLYING", _("Being applied")
    APPLIED = "APPLIED", _("Applied")
    UNDOING = "UNDOING", _("Being taken back")
    UNDONE = "UNDONE", _("Taken back")
    CANCELLED = "CANCELLED", _("Cancelled")
    REFUSED = "REFUSED", _("The file cannot be imported")


class RowOutcome(models.TextChoices):
    NEW = "NEW", _("New")
    CHANGED = "CHANGED", _("Changed")
    UNCHANGED = "UNCHANGED", _("Unchanged")
    WRONG = "WRONG", _("Wrong")


class StockMeaning(models.TextChoices):
    """What the numbers in the file's stock columns are. Asked, never guessed as on hand."""

    MINIMUM = "MINIMUM", _("Minimum levels (stock is not touched)")
    ON_HAND = "ON_HAND", _("Pieces on hand")
    IGNORE = "IGNORE", _("Ignore them")


class HeldReason(models.TextChoices):
    """Why a file that was fetched was not applied by itself."""

    TOO_MANY_WRONG = "TOO_MANY_WRONG", _("More rows are wrong than you allow.")
    TOO_MANY_CHANGED = "TOO_MANY_CHANGED", _("More known products would change than you allow.")
    STOCK_NOT_SAID = (
        "STOCK_NOT_SAID",
        _("Nobody has said what the numbers of its stock columns are."),
    )
    FEWER_ROWS = "FEWER_ROWS", _("It has less than half of the rows of the file before.")


# While it stands here, how the file is read can still be changed.
READABLE = (ImportStage.MAPPING, ImportStage.PREVIEW, ImportStage.REFUSED)
# Wrote something and may be taken back.
UNDOABLE = (ImportStage.APPLIED, ImportStage.CANCELLED)
IN_FLIGHT = (
    ImportStage.UPLOADED,
    ImportStage.STAGING,
    ImportStage.APPLYING,
    ImportStage.UNDOING,
)

# A batch takes a second or two; a killed worker's import is taken up again after this long.
STEP_LEASE = timedelta(seconds=45)
