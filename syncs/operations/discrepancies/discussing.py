"""People at work on a discrepancy: whose it is, what is known, what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from core.audit import record_change
from core.errors import HubError
from syncs.enums import DiscrepancyStatus, EntryKind
from syncs.locks import lock_discrepancies, lock_discrepancy
from syncs.models import Discrepancy, DiscrepancyEntry
from syncs.operations.discrepancies.findings import entry
from syncs.operations.discrepancies.refusals import AlreadySettled

LONGEST_COMMENT = 2_000


class NoMember(HubError):
    """Only people of the organization can be given work."""

    code = "not_a_member"
    title = gettext_lazy("This person is not in your organization")


class EmptyComment(HubError):
    """A comment without words."""

    code = "empty_comment"
    title = gettext_lazy("The comment says nothing")


@transaction.atomic
def assign(
    *, discrepancies: Sequence[Discrepancy], assignee: User | None, actor: User, now: datetime
) -> int:
    """Give discrepancies of one organization to a member, or to nobody; returns how many changed.

    Raises :class:`NoMember`.
    """
    if not discrepancies:
        return 0
    organization_id = discrepancies[0].organization_id
    if assignee is not None and not _is_member(organization_id, assignee):
        raise NoMember(remedy=_("Choose a member, or invite this person first."))
    rows = lock_discrepancies(
        organization_id=organization_id, pks=[one.pk for one in discrepancies]
    )
    changed = [one for one in rows if one.assignee_id != (assignee.pk if assignee else None)]
    names = dict(
        User.objects.filter(pk__in=[one.assignee_id for one in changed]).values_list("pk", "email")
    )
    entries: list[DiscrepancyEntry] = []
    for row in changed:
        before = {"assignee": names.get(row.assignee_id or 0)}
        after = {"assignee": assignee.email if assignee else None}
        row.assignee = assignee
        entries.append(
            entry(row, EntryKind.ASSIGNED, now=now, actor=actor, before=before, after=after)
        )
        record_change("discrepancy.assigned", row, actor, now, before, after)
    Discrepancy.objects.bulk_update(changed, ["assignee"])
    DiscrepancyEntry.objects.bulk_create(entries)
    return len(changed)


@transaction.atomic
def comment(*, discrepancy: Discrepancy, text: str, actor: User, now: datetime) -> DiscrepancyEntry:
    """Say something about a discrepancy; it stays in its history. Raises :class:`EmptyComment`."""
    words = text.replace("\x00", "").strip()[:LONGEST_COMMENT]
    if not words:
        raise EmptyComment(remedy=_("Write what you know."))
    line = entry(discrepancy, EntryKind.COMMENTED, now=now, actor=actor, comment=words)
    line.save()
    record_change("discrepancy.commented", discrepancy, actor, now, {}, {"entry": line.pk})
    return line


@transaction.atomic
def investigate(*, discrepancy: Discrepancy, actor: User, now: datetime) -> Discrepancy:
    """Mark that somebody looks into it. Raises :class:`AlreadySettled`."""
    row = lock_discrepancy(discrepancy)
    if row.is_settled:
        raise AlreadySettled(remedy=_("Look at its history."))
    if row.status == DiscrepancyStatus.INVESTIGATING:
        return row
    row.status = DiscrepancyStatus.INVESTIGATING
    row.save(update_fields=["status"])
    entry(row, EntryKind.INVESTIGATED, now=now, actor=actor).save()
    record_change("discrepancy.investigated", row, actor, now, {}, {"status": row.status})
    return row


def _is_member(organization_id: int, person: User) -> bool:
    return Membership.objects.filter(organization_id=organization_id, user=person).exists()
