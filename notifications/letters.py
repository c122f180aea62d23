"""The words of a mail of notices, by event, and handing it to the mail server."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.enums import Event, MailWay
from notifications.models import Mail, Notification

# Of more notices of one event than this, the rest are only counted.
LISTED = 5


def send_letter(
    *, mail: Mail, notices: Sequence[Notification], address: str, language: str
) -> None:
    """Mail ``notices`` (ordered by event) to ``address``; raises what the mail server answers."""
    with translation.override(language or settings.LANGUAGE_CODE):
        letter = EmailMessage(
            subject=_subject(mail, notices),
            body=render_to_string("notifications/email/notices.txt", _words(mail, notices)),
            to=[address],
            # The same for a repetition, so that it can be told from a second mail.
            headers={
                "Message-ID": f"<notices-{mail.pk}@{urlsplit(settings.HUB_BASE_URL).hostname}>"
            },
        )
        letter.send()


def _subject(mail: Mail, notices: Sequence[Notification]) -> str:
    if len(notices) == 1:
        return " ".join(notices[0].title.split())
    count = len(notices)
    if mail.way == MailWay.DIGEST:
        return ngettext("Summary: %(n)d notice", "Summary: %(n)d notices", count) % {"n": count}
    return ngettext("%(n)d notice", "%(n)d notices that need you", count) % {"n": count}


def _words(mail: Mail, notices: Sequence[Notification]) -> dict[str, Any]:
    sections = []
    for event, rows in groupby(notices, key=lambda notice: notice.event):
        of_event = list(rows)
        rest = len(of_event) - LISTED
        sections.append(
            {
                "heading": Event(event).label,
                "notices": of_event[:LISTED],
                "more": ngettext("and %(n)d more", "and %(n)d more", rest) % {"n": rest}
                if rest > 0
                else "",
            }
        )
    return {
        "sections": sections,
        "base": settings.HUB_BASE_URL,
        "hello": _("Hello"),
        "organization": mail.organization.name,
        "shared": mail.user is None,
    }
