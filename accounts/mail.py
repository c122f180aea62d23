"""Mails about accounts that allauth does not send."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Invitation


def send_invitation(*, invitation: Invitation, secret: str) -> None:
    """Mail the link of an invitation to the invited address."""
    link = settings.HUB_BASE_URL + reverse("accounts:accept_invitation", args=[secret])
    name = invitation.organization.name
    send_mail(
        subject=_("You are invited to %(name)s on Allegro Hub") % {"name": name},
        message=render_to_string(
            "accounts/email/invitation.txt", {"invitation": invitation, "link": link}
        ),
        from_email=None,
        recipient_list=[invitation.email],
    )
