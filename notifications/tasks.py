from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="notifications.mail_notices")
def mail_notices(*, organization_id: int, **kwargs: Any) -> None:
    """Send what is to be mailed of one organization."""
    from django.utils import timezone

    from core.hints import hint_taken
    from notifications.mail import mail_unsent

    hint_taken(mail_notices, organization_id=organization_id)
    mail_unsent(organization_id=organization_id, now=timezone.now())


@shared_task(name="notifications.mail_unsent")
def mail_every_unsent(**kwargs: Any) -> None:
    """The sweep for notices whose hint was lost."""
    from django.utils import timezone

    from notifications.mail import mail_unsent
    from notifications.queries import organizations_with_unsent

    for organization_id in organizations_with_unsent():
        mail_unsent(organization_id=organization_id, now=timezone.now())
