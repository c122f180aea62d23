"""What a check found, counted in its run and kept line by line."""

from __future__ import annotations

from collections.abc import Mapping

from syncs.causes import meaning_of
from syncs.enums import ItemOutcome
from syncs.models import Discrepancy
from syncs.operations.discrepancies.findings import FindingReport
from syncs.operations.steps import Step

Labels = Mapping[str, tuple[str, str]]
"""What an offer or a product is called, by ``offer:1`` or ``product:1``: its number or code, its name."""


def count_report(taken: Step, report: FindingReport, labels: Labels) -> None:
    """Count findings, and keep a line about each that opened or came back."""
    taken.count(created=len(report.opened) - report.reopened, updated=report.reopened)
    position = taken.position
    position["closed"] = int(position.get("closed", 0)) + len(report.closed)
    bad = position.setdefault("opened", {})
    for row in report.opened:
        bad[str(int(row.severity))] = bad.get(str(int(row.severity)), 0) + 1
        _note(taken, row, labels)


def _note(taken: Step, row: Discrepancy, labels: Labels) -> None:
    about = row.fingerprint.partition(":")[2]
    number, name = labels.get(about, ("", ""))
    words = meaning_of(row)
    taken.note(
        object_type="offer" if row.offer_id else "product",
        object_id=number or about,
        label=name,
        outcome=ItemOutcome.CREATED,
        reason_code=row.cause.lower(),
        message=words.text,
        remedy=words.remedy,
    )
