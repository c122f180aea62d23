"""Findings written down: one row for each thing, however often it is found, with its history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from syncs.comparison import Finding
from syncs.enums import DiscrepancyStatus, EntryKind, Resolution, Severity, ValueSource
from syncs.locks import lock_discrepancies
from syncs.models import Discrepancy, DiscrepancyEntry, DiscrepancyRule
from syncs.models.discrepancies import SETTLEMENT
from syncs.ruling import Decision, decide

_VALUES = (
    "cause", "our_source", "ours", "their_source", "theirs", "difference", "size", "currency",
    "rule_id", "product_id",
)  # fmt: skip
_WRITTEN = (
    *_VALUES, *SETTLEMENT, "severity", "last_seen_at", "confirmed_at", "occurrences",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A finding and what it is about. ``confirmed``: Allegro's value was read from the offer itself."""

    finding: Finding
    offer_id: int | None
    product_id: int | None
    their_source: ValueSource = ValueSource.LISTING
    confirmed: bool = False

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.finding.kind, offer_id=self.offer_id, product_id=self.product_id)


@dataclass(slots=True)
class FindingReport:
    """What became of findings. ``opened`` holds the new ones and those that came back."""

    opened: list[Discrepancy] = field(default_factory=list)
    reopened: int = 0
    still: int = 0
    closed: list[Discrepancy] = field(default_factory=list)


def fingerprint(kind: str, *, offer_id: int | None, product_id: int | None) -> str:
    """What a finding is about, without its values: the same thing is the same row."""
    about = f"offer:{offer_id}" if offer_id is not None else f"product:{product_id}"
    return f"{kind}:{about}"


def record_findings(
    *,
    organization_id: int,
    integration_id: int,
    found: Sequence[Found],
    looked_at: Collection[int],
    rules: Sequence[DiscrepancyRule],
    now: datetime,
) -> FindingReport:
    """Keep what a check found, in the caller's transaction.

    A new finding opens, an open one is counted again, a settled one comes back, an ignored one stays
    ignored until its time is over or it grew worse. What was open about the offers ``looked_at`` and
    was not found is over. What a rule tolerates counts as not found.
    """
    decided = {
        one.fingerprint: (one, decision)
        for one in found
        if not (
            decision := decide(finding=one.finding, integration_id=integration_id, rules=rules)
        ).tolerated
    }
    known = lock_discrepancies(
        organization_id=organization_id, fingerprints=list(decided), offer_ids=looked_at
    )
    report, entries = FindingReport(), list[DiscrepancyEntry]()
    for row in known:
        if row.fingerprint in decided:
            one, decision = decided.pop(row.fingerprint)
            entries += _seen_again(row, one, decision, report, now)
        elif not row.is_settled and row.offer_id in looked_at:
            entries.append(close(row, now=now))
            report.closed.append(row)
    Discrepancy.objects.bulk_update(known, _WRITTEN, batch_size=500)
    new = [
        _new(organization_id, integration_id, one, decision, now)
        for one, decision in decided.values()
    ]
    Discrepancy.objects.bulk_create(new)
    entries += [entry(row, EntryKind.FOUND, now=now, after=values_of(row)) for row in new]
    report.opened += new
    DiscrepancyEntry.objects.bulk_create(entries)
    return report


def close(row: Discrepancy, *, now: datetime, comment: str = "") -> DiscrepancyEntry:
    """Settle a row because both sides agree again; the caller saves it and the entry."""
    before = {"status": row.status, **values_of(row)}
    row.status, row.resolution = DiscrepancyStatus.RESOLVED, Resolution.AGREES
    row.resolved_at, row.resolved_by = now, None
    return entry(row, EntryKind.AGREED, now=now, before=before, comment=comment)


def open_again(row: Discrepancy) -> None:
    """Unsettle a row; the caller saves it."""
    row.status, row.resolution = DiscrepancyStatus.OPEN, ""
    row.resolved_at = row.resolved_by = row.ignored_until = None


def entry(row: Discrepancy, kind: EntryKind, *, now: datetime, **values: Any) -> DiscrepancyEntry:
    """A line of history, not saved yet."""
    return DiscrepancyEntry(
        organization_id=row.organization_id, discrepancy=row, kind=kind, at=now, **values
    )


def values_of(row: Discrepancy) -> dict[str, Any]:
    """Both values as history keeps them."""
    return {"ours": row.ours, "theirs": row.theirs, "cause": row.cause}


def _new(
    organization_id: int, integration_id: int, one: Found, decision: Decision, now: datetime
) -> Discrepancy:
    row = Discrepancy(
        organization_id=organization_id,
        integration_id=integration_id,
        offer_id=one.offer_id,
        product_id=one.product_id,
        fingerprint=one.fingerprint,
        kind=one.finding.kind,
        severity=decision.severity,
        first_seen_at=now,
        last_seen_at=now,
    )
    _take_values(row, one, decision, now)
    return row


def _take_values(row: Discrepancy, one: Found, decision: Decision, now: datetime) -> None:
    finding = one.finding
    row.cause, row.our_source, row.ours = finding.cause, finding.our_source, finding.ours
    row.their_source, row.theirs = one.their_source, finding.theirs
    row.difference, row.size, row.currency = finding.difference, finding.size, finding.currency
    row.rule, row.product_id = decision.rule, one.product_id
    if one.confirmed:
        row.confirmed_at = now


def _seen_again(
    row: Discrepancy, one: Found, decision: Decision, report: FindingReport, now: datetime
) -> list[DiscrepancyEntry]:
    before, status = values_of(row), DiscrepancyStatus(row.status)
    _take_values(row, one, decision, now)
    row.last_seen_at, row.occurrences = now, row.occurrences + 1
    if status == DiscrepancyStatus.IGNORED and not _ignored_no_more(row, decision, now):
        report.still += 1
        return []
    row.severity = decision.severity
    after = values_of(row)
    if not row.is_settled:
        report.still += 1
        if after == before:
            return []
        return [entry(row, EntryKind.CHANGED, now=now, before=before, after=after)]
    open_again(row)
    report.reopened += 1
    report.opened.append(row)
    return [
        entry(
            row,
            EntryKind.REOPENED,
            now=now,
            before={"status": status, **before},
            after=after,
        )
    ]


def _ignored_no_more(row: Discrepancy, decision: Decision, now: datetime) -> bool:
    """Its time is over, or it is worse than what the person chose to ignore."""
    over = row.ignored_until is not None and row.ignored_until <= now
    return over or decision.severity > Severity(row.severity)
