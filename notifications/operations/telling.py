"""Telling people: once per cause while they have not read it, by mail too when they want that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from core.hints import hint
from notifications.enums import Event, Severity
from notifications.locks import lock_cause
from notifications.models import Notification
from notifications.operations.serving import pass_on
from notifications.readers import Reader, readers_of, shared_reader

# Words, or what makes them when asked in a person's language.
Words = str | Callable[[], str]


def notify(
    *,
    organization_id: int,
    event: Event,
    severity: Severity,
    title: Words,
    now: datetime,
    body: Words = "",
    link: str = "",
    dedupe_key: str = "",
) -> list[Notification]:
    """Write a notice for every owner and staff member who wants it; returns the new ones.

    With ``dedupe_key``, somebody who has an unread notice of the same cause gets no second one.
    ``title`` and ``body`` given as callables are made in each reader's language. When and whether it
    is mailed follows each person's choice, else ``notifications.defaults``; a copy of what is DANGER
    goes to the organization's address. Title and body carry no buyer data: they are mailed, and told
    to the operator's notification service if there is one.
    """
    notice = _Notice(organization_id, event, severity, title, body, link, dedupe_key, now)
    with transaction.atomic():
        known = notice.open_by_reader()
        readers = [reader for reader in notice.readers() if reader.user_id not in known]
        written = notice.write([notice.row(reader) for reader in readers])
        if written:
            pass_on(notice=written[0], now=now)
    return [row for row in written if row.user_id is not None]


def tell_more(
    *,
    organization_id: int,
    event: Event,
    severity: Severity,
    title: Callable[[int], str],
    more: int,
    dedupe_key: str,
    now: datetime,
    body: Words = "",
    link: str = "",
) -> int:
    """Let an unread notice grow by ``more``, or begin one; returns for how many people.

    ``title`` makes the words for a count, in each reader's language. A notice that was mailed and
    grows is mailed again, at once or in the next summary as the person wants; mails of one event
    are held back when they become many (``notifications.operations.mailing``).
    """
    notice = _Notice(organization_id, event, severity, "", body, link, dedupe_key, now)
    with transaction.atomic():
        lock_cause(organization_id=organization_id, dedupe_key=dedupe_key)
        known = notice.open_by_reader()
        readers = notice.readers()
        fresh, grown = [], []
        for reader in readers:
            row = known.get(reader.user_id)
            count = more + (row.count if row else 0)
            words = _in_language(reader.language, lambda count=count: title(count))
            if row is None:
                fresh.append(notice.row(reader, title=words, count=count))
            else:
                grown.append(_grown(row, reader, words, count, now))
        Notification.objects.bulk_update(
            grown, ["title", "count", "last_at", "mail_due_at", "mail_way"]
        )
        written = notice.write(fresh)
        if grown:
            notice.hint_mail(grown)
        if written or grown:
            pass_on(notice=(written or grown)[0], now=now, more=more)
    return len(grown) + len(written)


@dataclass(slots=True)
class _Notice:
    organization_id: int
    event: Event
    severity: Severity
    title: Words
    body: Words
    link: str
    dedupe_key: str
    now: datetime
    _words: dict[str, tuple[str, str]] = field(default_factory=dict)

    def readers(self) -> list[Reader]:
        found = readers_of(
            organization_id=self.organization_id,
            event=self.event,
            severity=self.severity,
            now=self.now,
        )
        shared = shared_reader(
            organization_id=self.organization_id, severity=self.severity, now=self.now
        )
        return [*found, shared] if shared else found

    def open_by_reader(self) -> dict[int | None, Notification]:
        """The open notices of this cause, locked."""
        if not self.dedupe_key:
            return {}
        rows = Notification.objects.select_for_update().filter(
            organization_id=self.organization_id,
            dedupe_key=self.dedupe_key[:160],
            read_at=None,
        )
        return {row.user_id: row for row in rows.order_by("pk")}

    def row(self, reader: Reader, *, title: str | None = None, count: int = 1) -> Notification:
        words, body = self._in(reader.language)
        return Notification(
            organization_id=self.organization_id,
            user_id=reader.user_id,
            event=self.event,
            severity=self.severity,
            title=(words if title is None else title)[:200],
            body=body,
            link=self.link[:300],
            dedupe_key=self.dedupe_key[:160],
            count=count,
            in_app=reader.choice.in_app,
            created_at=self.now,
            last_at=self.now,
            mail_way=reader.choice.mail,
            mail_due_at=reader.mail_due_at,
        )

    def write(self, rows: list[Notification]) -> list[Notification]:
        # A notice of the same cause written by another at this moment wins: there is one already.
        written = Notification.objects.bulk_create(rows, ignore_conflicts=bool(self.dedupe_key))
        self.hint_mail(written)
        return written

    def hint_mail(self, rows: list[Notification]) -> None:
        if any(row.mail_due_at and row.mail_due_at <= self.now for row in rows):
            from notifications.tasks import mail_notices

            hint(mail_notices, organization_id=self.organization_id)

    def _in(self, language: str) -> tuple[str, str]:
        if language not in self._words:
            self._words[language] = (
                _in_language(language, self.title),
                _in_language(language, self.body),
            )
        return self._words[language]


def _grown(
    row: Notification, reader: Reader, title: str, count: int, now: datetime
) -> Notification:
    row.title, row.count, row.last_at = title[:200], count, now
    # One that waits for its mail keeps its turn: growing must not put it off for ever.
    if row.mail_due_at is None or row.mail_way != reader.choice.mail:
        row.mail_way, row.mail_due_at = reader.choice.mail, reader.mail_due_at
    return row


def _in_language(language: str, words: Words | Any) -> str:
    if isinstance(words, str):
        return words
    with translation.override(language or settings.LANGUAGE_CODE):
        return str(words())
