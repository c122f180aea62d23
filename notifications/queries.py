"""Reads of notices, of how people want to hear, and of the mails that went out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from core.enums import WorkState
from notifications.defaults import DIGEST_AT, DIGEST_RHYTHM, USUAL, Choice, default_choice
from notifications.enums import DigestRhythm, Event, MailWay, Severity
from notifications.models import DigestTime, Mail, Notification, Preference

STUCK = [WorkState.DEAD, WorkState.WAITING_FOR_PERSON]


def notices_of(
    *, user: User, organization: Organization, read: str = "", event: str = "", severity: str = ""
) -> QuerySet[Notification]:
    """A person's notices in an organization, the latest first; ``read`` is "yes", "no" or "" for both."""
    notices: QuerySet[Notification] = Notification.objects.for_organization(organization).filter(
        user=user, in_app=True
    )
    if read in ("yes", "no"):
        notices = notices.filter(read_at__isnull=read == "no")
    if event in Event.values:
        notices = notices.filter(event=event)
    if severity in Severity.values:
        notices = notices.filter(severity=severity)
    return notices.order_by("-last_at", "-pk")


def unread_count(*, user_id: int | None, organization: Organization) -> int:
    """How many notices wait to be read; the number at the bell."""
    return int(
        Notification.objects.for_organization(organization)
        .filter(user_id=user_id, in_app=True, read_at=None)
        .count()
    )


def by_day(
    notices: list[Notification], *, organization: Organization
) -> list[tuple[date, list[Notification]]]:
    """Notices grouped by the organization's day."""
    zone = ZoneInfo(organization.timezone)
    days = groupby(notices, key=lambda notice: notice.last_at.astimezone(zone).date())
    return [(day, list(rows)) for day, rows in days]


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person hears of one event."""

    event: Event
    severity: Severity
    choice: Choice
    is_default: bool

    @property
    def label(self) -> str:
        return str(self.event.label)


def wishes_of(*, user: User, organization: Organization) -> list[Wish]:
    """A person's choice for every event, defaults included."""
    rows = Preference.objects.for_organization(organization).filter(user=user)
    known = {row.event: Choice(row.in_app, MailWay(row.mail)) for row in rows}
    return [
        Wish(event, USUAL[event], known.get(event, default_choice(event)), event not in known)
        for event in Event
    ]


def digest_time_of(*, user: User, organization: Organization) -> tuple[DigestRhythm, time]:
    """When a person's summary comes."""
    row = DigestTime.objects.for_organization(organization).filter(user=user).first()
    return (DigestRhythm(row.rhythm), row.at) if row else (DIGEST_RHYTHM, DIGEST_AT)


def mails_of(*, organization: Organization, state: str = "") -> QuerySet[Mail]:
    """Mails of an organization, newest first; ``state`` is "stuck", "open", or "" for all."""
    mails: QuerySet[Mail] = Mail.objects.for_organization(organization)
    if state == "stuck":
        mails = mails.filter(state__in=STUCK)
    elif state == "open":
        mails = mails.filter(state__in=[WorkState.PENDING, WorkState.RUNNING])
    return mails.select_related("user").order_by("-created_at", "-pk")


def mail_trouble(*, organization: Organization) -> dict[str, int]:
    """How many mails gave up, and how many wait after a try that failed."""
    mails = Mail.objects.for_organization(organization)
    return {
        "stuck": mails.filter(state__in=STUCK).count(),
        "delayed": mails.filter(~Q(last_error=""), state=WorkState.PENDING).count(),
    }


def mail_tabs(state: str) -> list[dict[str, Any]]:
    """The tabs above the list of mails."""
    return list(_tabs(state))


def _tabs(state: str) -> Iterator[dict[str, Any]]:
    for code, label in (("", _("All")), ("open", _("Under way")), ("stuck", _("Need you"))):
        yield {
            "label": label,
            "url": f"?state={code}" if code else "?",
            "active": state == code,
            "count": "",
        }
