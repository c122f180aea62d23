from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="notifications.mail_notices")
def mail_notices(*, organization_id: int, **kwargs: Any) -> None:
    """Put what is due of one organization into mails and send them."""
    from django.utils import timezone

    from core.hints import hint_taken
    from notifications.operations import gather_mails, send_mails

    hint_taken(mail_notices, organization_id=organization_id)
    if gather_mails(organization_id=organization_id, now=timezone.now()):
        send_mails()


@shared_task(name="notifications.mail_unsent")
def mail_every_unsent(**kwargs: Any) -> None:
    """The sweep: summaries whose time has come, lost hints, mails the server did not take."""
    from django.utils import timezone

    from notifications.operations import gather_mails, send_mails

    gather_mails(now=timezone.now())
    send_mails()


@shared_task(name="notifications.send_mails")
def send_mails_task(**kwargs: Any) -> None:
    """Send the mails that are due."""
    from core.hints import hint_taken
    from notifications.operations import send_mails

    hint_taken(send_mails_task)
    send_mails()


@shared_task(name="notifications.count_tallies")
def count_tallies_task(**kwargs: Any) -> None:
    """Tell of what was counted; swept by beat."""
    from django.utils import timezone

    from core.hints import hint_taken
    from notifications.operations import count_tallies

    hint_taken(count_tallies_task)
    count_tallies(now=timezone.now())


@shared_task(name="notifications.deliver_to_service")
def deliver_to_service_task(**kwargs: Any) -> None:
    """Pass due notices on to the operator's service."""
    from core.hints import hint_taken
    from notifications.operations import deliver_to_service

    hint_taken(deliver_to_service_task)
    deliver_to_service()


@shared_task(name="notifications.forget_old")
def forget_old_task(**kwargs: Any) -> None:
    """Delete what is past its keeping time; runs daily."""
    from django.utils import timezone

    from notifications.operations import forget_old

    forget_old(now=timezone.now())
