"""Who hears of an event, and how: from memberships, choices and the times of summaries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.enums import Role
from accounts.models import Membership
from notifications.addresses import address_of
from notifications.defaults import DIGEST_AT, DIGEST_RHYTHM, Choice, default_choice
from notifications.enums import DigestRhythm, Event, MailWay, Severity
from notifications.models import DigestTime, Preference


@dataclass(frozen=True, slots=True)
class Reader:
    """One who hears of an event; without ``user_id`` the organization's address.

    ``mail_due_at`` None: by mail never.
    """

    user_id: int | None
    language: str
    choice: Choice
    mail_due_at: datetime | None


def readers_of(
    *, organization_id: int, event: Event, severity: Severity, now: datetime
) -> list[Reader]:
    """Owners and staff who want to hear of it in any way, each with when it is mailed to them."""
    members = list(_members(organization_id))
    chosen = {
        row.user_id: Choice(row.in_app, MailWay(row.mail))
        for row in Preference.objects.filter(organization_id=organization_id, event=event)
    }
    default = default_choice(event, severity)
    choices = {user_id: chosen.get(user_id, default) for user_id, _lang, _zone in members}
    times = (
        digest_times(organization_id)
        if any(choice.mail == MailWay.DIGEST for choice in choices.values())
        else {}
    )
    found = []
    for user_id, language, zone in members:
        choice = choices[user_id]
        if choice.in_app or choice.mail != MailWay.NEVER:
            rhythm, at = times.get(user_id, (DIGEST_RHYTHM, DIGEST_AT))
            due = _due(choice.mail, rhythm=rhythm, at=at, zone=zone, now=now)
            found.append(Reader(user_id, language, choice, due))
    return found


def shared_reader(*, organization_id: int, severity: Severity, now: datetime) -> Reader | None:
    """The organization's address, which gets what cannot wait; None when there is no address."""
    if severity != Severity.DANGER or not address_of(organization_id):
        return None
    return Reader(None, "", Choice(in_app=False, mail=MailWay.NOW), now)


def digest_times(organization_id: int) -> dict[int, tuple[DigestRhythm, time]]:
    """When each person wants the summary; those who said nothing are left out."""
    rows = DigestTime.objects.filter(organization_id=organization_id)
    return {
        user_id: (DigestRhythm(rhythm), at)
        for user_id, rhythm, at in rows.values_list("user_id", "rhythm", "at")
    }


def next_digest(*, rhythm: DigestRhythm, at: time, zone: str, now: datetime) -> datetime:
    """The next summary after ``now``: on the full hour, or at ``at`` by the clock of ``zone``."""
    if rhythm == DigestRhythm.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    tz = ZoneInfo(zone)
    today = now.astimezone(tz).date()
    moments = (
        datetime.combine(today + timedelta(days=days), at, tzinfo=tz).astimezone(now.tzinfo)
        for days in range(3)
    )
    return next(moment for moment in moments if moment > now)


def _due(
    way: MailWay, *, rhythm: DigestRhythm, at: time, zone: str, now: datetime
) -> datetime | None:
    if way == MailWay.NEVER:
        return None
    return now if way == MailWay.NOW else next_digest(rhythm=rhythm, at=at, zone=zone, now=now)


def _members(organization_id: int) -> Iterator[tuple[int, str, str]]:
    rows = Membership.objects.filter(
        organization_id=organization_id, role__in=[Role.OWNER, Role.STAFF], user__is_active=True
    )
    yield from rows.order_by("user_id").values_list(
        "user_id", "user__language", "organization__timezone"
    )
