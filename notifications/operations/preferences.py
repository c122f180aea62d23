"""How a person wants to hear of events, and when their summary comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from django.db import transaction

from accounts.models import Organization, User
from core import audit
from notifications.defaults import DIGEST_AT, DIGEST_RHYTHM, Choice, default_choice
from notifications.enums import DigestRhythm, Event, MailWay
from notifications.models import DigestTime, Notification, Preference
from notifications.readers import next_digest


def set_preferences(
    *,
    organization: Organization,
    user: User,
    choices: Mapping[Event, Choice],
    actor: User,
    now: datetime,
) -> int:
    """Keep a person's choices for the events named; returns how many changed.

    A choice that is the default is not kept, so that it follows the default. Notices that wait for
    a mail the person no longer wants are not mailed.
    """
    with transaction.atomic():
        rows = Preference.objects.select_for_update().filter(organization=organization, user=user)
        known = {Event(row.event): Choice(row.in_app, MailWay(row.mail)) for row in rows}
        before = {event: known.get(event, default_choice(event)) for event in choices}
        changed = {event: one for event, one in choices.items() if before[event] != one}
        for event, choice in changed.items():
            _keep(organization, user, event, choice)
        if changed:
            audit.record(
                action="notifications.preferences_changed",
                target=user,
                actor=actor,
                organization_id=organization.pk,
                now=now,
                before={event.value: _plain(before[event]) for event in changed},
                after={event.value: _plain(choice) for event, choice in changed.items()},
            )
    return len(changed)


def set_digest_time(
    *,
    organization: Organization,
    user: User,
    rhythm: DigestRhythm,
    at: time,
    actor: User,
    now: datetime,
) -> bool:
    """Keep when a person's summary comes, by the organization's clock; False when it was so before.

    What waits for the summary comes with the next one of the new rhythm.
    """
    with transaction.atomic():
        row = (
            DigestTime.objects.select_for_update()
            .filter(organization=organization, user=user)
            .first()
        )
        before = (row.rhythm, row.at) if row else (DIGEST_RHYTHM, DIGEST_AT)
        if before == (rhythm, at):
            return False
        DigestTime.objects.update_or_create(
            organization=organization, user=user, defaults={"rhythm": rhythm, "at": at}
        )
        Notification.objects.filter(
            organization=organization, user=user, mail_way=MailWay.DIGEST
        ).exclude(mail_due_at=None).update(
            mail_due_at=next_digest(rhythm=rhythm, at=at, zone=organization.timezone, now=now)
        )
        audit.record(
            action="notifications.digest_changed",
            target=user,
            actor=actor,
            organization_id=organization.pk,
            now=now,
            before={"rhythm": before[0], "at": before[1]},
            after={"rhythm": rhythm, "at": at},
        )
    return True


def _keep(organization: Organization, user: User, event: Event, choice: Choice) -> None:
    rows = Preference.objects.filter(organization=organization, user=user, event=event)
    if choice == default_choice(event):
        rows.delete()
    else:
        Preference.objects.update_or_create(
            organization=organization,
            user=user,
            event=event,
            defaults={"in_app": choice.in_app, "mail": choice.mail},
        )
    if choice.mail == MailWay.NEVER:
        Notification.objects.filter(organization=organization, user=user, event=event).exclude(
            mail_due_at=None
        ).update(mail_due_at=None)


def _plain(choice: Choice) -> dict[str, object]:
    return {"in_app": choice.in_app, "mail": choice.mail.value}
