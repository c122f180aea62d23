"""Files of a feed that are applied by themselves, and what holds them back."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from imports.enums import HeldReason, ImportStage
from imports.models import ImportJob, SupplierFeed
from imports.operations.decide import confirm
from imports.operations.remembering import are_remembered
from notifications.enums import Event, Severity
from notifications.operations import notify

# A file with less than this share of the rows of the one before was most likely cut off.
FEWEST_ROWS_PERCENT = 50


def apply_by_itself(*, job: ImportJob, now: datetime) -> bool:
    """Confirm the preview of a feed's file when the feed says so and no brake holds it.

    One that is held keeps its reason and people are told; nothing is written then. Call it in the
    transaction that brings the job to its preview. Whether it was confirmed.
    """
    feed = job.feed
    if feed is None or not feed.applies_itself:
        return False
    if held := _held(job, feed):
        ImportJob.objects.filter(pk=job.pk).update(held_because=held)
        notify(
            organization_id=job.organization_id,
            event=Event.IMPORT_HELD,
            severity=Severity.WARNING,
            title=lambda: _("An import waits for you: %(file)s") % {"file": job.file_name},
            body=lambda: str(held.label),
            link=reverse("imports:detail", args=[job.pk]),
            dedupe_key=f"import-held:{feed.pk}",
            now=now,
        )
        return False
    confirm(job=job, actor=None, now=now)
    return True


def _held(job: ImportJob, feed: SupplierFeed) -> HeldReason | None:
    """Why the file is not applied by itself; None when nothing holds it."""
    known = job.rows_changed + job.rows_unchanged
    if _percent(job.rows_wrong, job.rows_total) > feed.most_wrong_percent:
        return HeldReason.TOO_MANY_WRONG
    if _percent(job.rows_changed, known) > feed.most_changed_percent:
        return HeldReason.TOO_MANY_CHANGED
    if not are_remembered(job):
        return HeldReason.STOCK_NOT_SAID
    applied = ImportJob.objects.filter(feed=feed, stage=ImportStage.APPLIED)
    before = applied.order_by("-pk").values_list("rows_total", flat=True).first()
    if before and _percent(job.rows_total, before) < FEWEST_ROWS_PERCENT:
        return HeldReason.FEWER_ROWS
    return None


def _percent(part: int, whole: int) -> float:
    return part * 100 / whole if whole else 0.0
