"""Mails of notices that cannot wait: one mail for all that a person has not been sent."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notifications.enums import Severity
from notifications.models import Notification, Preference

BATCH = 50


def mail_unsent(*, organization_id: int, now: datetime) -> int:
    """Mail each person their unread, unsent DANGER notices in one mail; returns the number of mails.

    The notices are locked while the mail is handed over, so two workers do not both send it; a
    worker killed in between repeats it, because a warning twice is better than none.
    """
    unsent = Notification.objects.filter(
        organization_id=organization_id, severity=Severity.DANGER, mailed_at=None, read_at=None
    )
    silent = Preference.objects.filter(organization_id=organization_id, by_email=False)
    muted = set(silent.values_list("user_id", "event"))
    sent = 0
    for user_id in set(unsent.values_list("user_id", flat=True)):
        with transaction.atomic():
            notices = list(
                unsent.filter(user_id=user_id)
                .select_for_update(skip_locked=True)
                .order_by("-pk")[:BATCH]
            )
            wanted = [n for n in notices if (n.user_id, n.event) not in muted]
            if wanted:
                _send(wanted[0].user, wanted)
                sent += 1
            Notification.objects.filter(pk__in=[n.pk for n in notices]).update(mailed_at=now)
    return sent


def _send(user: User, notices: list[Notification]) -> None:
    count = len(notices)
    send_mail(
        subject=notices[0].title
        if count == 1
        else ngettext("%(n)d notice", "%(n)d notices that need you", count) % {"n": count},
        message=render_to_string(
            "notifications/email/notices.txt",
            {"notices": notices, "base": settings.HUB_BASE_URL, "hello": _("Hello")},
        ),
        from_email=None,
        recipient_list=[user.email],
    )
