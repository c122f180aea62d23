"""Mails: due notices become one mail a person, which is sent durably.

A mail is durable work: six tries with growing pauses, then it is DEAD and shown. Its row is marked
right after the mail server took it, so only a worker killed between the two repeats it; the repeated
one carries the same Message-ID. Nothing is sent of notices read meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from core.hints import hint
from core.work import DrainReport, drain, finish
from notifications.addresses import address_of
from notifications.enums import MailOutcome, MailWay
from notifications.letters import send_letter
from notifications.models import Mail, Notification
from notifications.operations.retrying import try_again

BATCH = 2000
# So many mails of one event may reach a person at once within the window; then the rest wait for
# its end and come as one.
FLOOD_MAILS = 5
FLOOD_WINDOW = timedelta(minutes=15)
LEASE = timedelta(minutes=2)


def gather_mails(*, now: datetime, organization_id: int | None = None) -> int:
    """Put notices that are due into mails, one for each person and way; returns the number of mails.

    Read notices are left out. More than :data:`FLOOD_MAILS` mails of one event within
    :data:`FLOOD_WINDOW` are held back until the window has passed.
    """
    with transaction.atomic():
        due = _due_notices(now, organization_id)
        held = _held_back(due, now)
        letters: dict[tuple[int, int | None, str], list[Notification]] = defaultdict(list)
        for notice in due:
            if (notice.organization_id, notice.user_id, notice.event) not in held or (
                notice.mail_way != MailWay.NOW
            ):
                key = (notice.organization_id, notice.user_id, notice.mail_way)
                letters[key].append(notice)
        for (organization, user, way), notices in letters.items():
            mail = Mail.objects.create(
                organization_id=organization,
                user_id=user,
                way=way,
                events=sorted({notice.event for notice in notices}),
                created_at=now,
            )
            Notification.objects.filter(pk__in=[notice.pk for notice in notices]).update(
                mail=mail, mail_due_at=None
            )
        if letters:
            from notifications.tasks import send_mails_task

            hint(send_mails_task)
    return len(letters)


def send_mails(*, seconds: float = 20.0) -> DrainReport:
    """Send the mails that are due."""
    related = ["user", "organization"]
    return drain(Mail.objects.all(), _send, limit=20, lease=LEASE, seconds=seconds, related=related)


def retry_mails(*, mails: QuerySet[Mail], actor: User, now: datetime) -> int:
    """Make mails that were not sent due again, from the first try; returns how many."""
    from notifications.tasks import send_mails_task

    unsent = mails.exclude(state="DONE")
    return try_again(rows=unsent, action="mail.retried", task=send_mails_task, actor=actor, now=now)


def _due_notices(now: datetime, organization_id: int | None) -> list[Notification]:
    rows = Notification.objects.filter(mail_due_at__lte=now).order_by("mail_due_at", "pk")
    if organization_id is not None:
        rows = rows.filter(organization_id=organization_id)
    found = list(rows.select_for_update(skip_locked=True)[:BATCH])
    unread = [notice for notice in found if notice.read_at is None]
    over = [notice.pk for notice in found if notice.read_at is not None]
    if over:
        Notification.objects.filter(pk__in=over).update(mail_due_at=None)
    return unread


def _held_back(due: Iterable[Notification], now: datetime) -> set[tuple[int, int | None, str]]:
    """(organization, person, event) that have had their share of mails for now."""
    organizations = {notice.organization_id for notice in due}
    if not organizations:
        return set()
    sent: dict[tuple[int, int | None, str], int] = defaultdict(int)
    recent = Mail.objects.filter(
        organization_id__in=organizations, way=MailWay.NOW, created_at__gt=now - FLOOD_WINDOW
    )
    for organization, user, events in recent.values_list("organization_id", "user_id", "events"):
        for event in events:
            sent[organization, user, event] += 1
    return {key for key, count in sent.items() if count >= FLOOD_MAILS}


def _send(mail: Mail) -> None:
    notices = list(mail.notices.filter(read_at=None).order_by("event", "-last_at", "-pk"))
    address, language = _recipient(mail)
    if not notices:
        finish(mail, now=timezone.now(), outcome=MailOutcome.ALL_READ)
        return
    if not address:
        finish(mail, now=timezone.now(), outcome=MailOutcome.NOBODY)
        return
    send_letter(mail=mail, notices=notices, address=address, language=language)
    now = timezone.now()
    finish(mail, now=now, outcome=MailOutcome.SENT)
    sent = Notification.objects.filter(pk__in=[notice.pk for notice in notices])
    sent.update(mailed_at=now)
    # The organization's address reads nothing here: what was mailed there is told.
    sent.filter(user=None).update(read_at=now)


def _recipient(mail: Mail) -> tuple[str, str]:
    if mail.user is None:
        return address_of(mail.organization_id), ""
    member = Membership.objects.filter(
        organization_id=mail.organization_id,
        user=mail.user,
        role__in=[Role.OWNER, Role.STAFF],
        user__is_active=True,
    ).exists()
    return (mail.user.email, mail.user.language) if member else ("", "")
