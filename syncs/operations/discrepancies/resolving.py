"""A discrepancy settled by choosing a side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record_change
from core.errors import HubError, StateConflict
from syncs.enums import DiscrepancyStatus, EntryKind, Resolution
from syncs.locks import lock_discrepancy
from syncs.models import Discrepancy, DiscrepancyRule
from syncs.models.discrepancies import SETTLEMENT
from syncs.operations.discrepancies.findings import entry, values_of
from syncs.operations.discrepancies.refusals import AlreadySettled, NotPossible
from syncs.operations.discrepancies.rereading import read_again
from syncs.operations.discrepancies.sides import write_side
from syncs.queries.choices import choice_of

# Allegro's value is read again before it is taken over, unless it was just read.
FRESH = timedelta(minutes=5)


def resolve(
    *,
    discrepancy: Discrepancy,
    resolution: Resolution,
    actor: User | None,
    now: datetime,
    comment: str = "",
    until: datetime | None = None,
    seen: str | None = None,
    rule: DiscrepancyRule | None = None,
) -> Discrepancy:
    """Settle an open discrepancy by a side; one transaction for the write, its history and the audit.

    OURS asks for a push of the offer's stock. ALLEGRO sets our stock (the fewest pieces, in one
    warehouse) or our price, after Allegro's value was read again. IGNORE writes nothing, and holds
    until ``until`` (None: until it grows worse). ``seen`` is Allegro's value as the person saw it;
    :class:`~core.errors.StateConflict` when it has moved. Raises :class:`NotPossible` with the reason,
    :class:`AlreadySettled`.
    """
    if resolution == Resolution.ALLEGRO and not _is_fresh(discrepancy, now):
        read_again(discrepancy=discrepancy, now=now)
    with transaction.atomic():
        row = lock_discrepancy(discrepancy)
        if row.is_settled:
            raise AlreadySettled(remedy=_("Look at its history."))
        if seen is not None and seen != row.theirs:
            raise StateConflict(
                _("Allegro shows %(now)s now, not %(then)s.")
                % {"now": row.theirs or "–", "then": seen or "–"},
                remedy=_("Look at both values, then choose again."),
            )
        choice = choice_of(row, resolution)
        if not choice.possible:
            raise NotPossible(choice.obstacle, remedy=choice.remedy)
        before, after = write_side(row, choice, actor=actor, now=now)
        _settle(row, resolution, actor, now, until)
        kind = EntryKind.IGNORED if resolution == Resolution.IGNORE else EntryKind.RESOLVED
        entry(
            row,
            kind,
            now=now,
            actor=actor,
            rule=rule,
            comment=comment,
            before={**values_of(row), **before},
            after={"resolution": resolution, **after},
        ).save()
        record_change(
            "discrepancy.resolved", row, actor, now, before, {"resolution": resolution, **after}
        )
    return row


@dataclass(slots=True)
class BulkReport:
    """What became of each; ``refused`` with the reason."""

    done: list[int] = field(default_factory=list)
    refused: list[tuple[Discrepancy, HubError]] = field(default_factory=list)


def resolve_many(
    *,
    discrepancies: Sequence[Discrepancy],
    resolution: Resolution,
    actor: User | None,
    now: datetime,
    comment: str = "",
    until: datetime | None = None,
    rule: DiscrepancyRule | None = None,
) -> BulkReport:
    """:func:`resolve` for each; one that cannot be settled does not keep the others."""
    report = BulkReport()
    for one in discrepancies:
        try:
            resolve(
                discrepancy=one,
                resolution=resolution,
                actor=actor,
                now=now,
                comment=comment,
                until=until,
                rule=rule,
            )
        except HubError as error:
            report.refused.append((one, error))
        else:
            report.done.append(one.pk)
    return report


def _settle(
    row: Discrepancy,
    resolution: Resolution,
    actor: User | None,
    now: datetime,
    until: datetime | None,
) -> None:
    ignored = resolution == Resolution.IGNORE
    row.status = DiscrepancyStatus.IGNORED if ignored else DiscrepancyStatus.RESOLVED
    row.resolution, row.resolved_by, row.resolved_at = resolution, actor, now
    row.ignored_until = until if ignored else None
    row.save(update_fields=SETTLEMENT)


def _is_fresh(row: Discrepancy, now: datetime) -> bool:
    return row.confirmed_at is not None and now - row.confirmed_at < FRESH
