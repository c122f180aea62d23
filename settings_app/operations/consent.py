"""Connecting through Allegro's consent page: authorization code with PKCE."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from connectors.allegro import SCOPES, AllegroError, AuthError, TokenPair, pkce_pair
from core.errors import HubError
from core.sealed import seal, unseal
from settings_app.allegro import oauth_for
from settings_app.models import Integration, OAuthAttempt
from settings_app.operations.adopting import Connected, Wish, adopt

STATE_VALID_FOR = timedelta(minutes=15)
_SALT = "settings_app.oauth-state"


def redirect_uri() -> str:
    """Where Allegro sends the browser back to; registered with Allegro to the letter."""
    return f"{settings.HUB_BASE_URL}{reverse('settings_app:oauth_callback')}"


def start_oauth(
    *,
    organization: Organization,
    user: User,
    environment: str,
    now: datetime,
    label: str = "",
    expected_login: str = "",
    integration: Integration | None = None,
) -> str:
    """Begin a trip to the consent page; returns the address to send the browser to.

    Stores the attempt with a sealed PKCE verifier; the ``state`` in the address is signed, names the
    attempt and is good once, for this user, within 15 minutes. ``integration`` is connected again.
    Raises ``NotConfigured``.
    """
    oauth = oauth_for(environment)
    verifier, challenge = pkce_pair()
    nonce = secrets.token_urlsafe(32)
    with transaction.atomic():
        attempt = OAuthAttempt.objects.create(
            organization=organization,
            user=user,
            environment=environment,
            integration=integration,
            label=label.strip(),
            expected_login=expected_login.strip(),
            nonce_sha256=_digest(nonce),
            created_at=now,
        )
        seal(attempt, "code_verifier", verifier)
        attempt.save(update_fields=["code_verifier"])
    state = signing.dumps({"attempt": attempt.pk, "nonce": nonce}, salt=_SALT)
    return oauth.authorization_url(
        redirect_uri=redirect_uri(), state=state, code_challenge=challenge, scopes=SCOPES
    )


class BadState(HubError):
    """The answer does not belong to a connection this person has just started."""

    code = "oauth_state"
    title = _("This answer of Allegro cannot be used")


class ConsentDenied(HubError):
    """The seller said no on the consent page, or Allegro did."""

    code = "consent_denied"
    title = _("Allegro was not connected")


class CodeRefused(HubError):
    """Allegro did not change the code into tokens: it lives ten seconds and is good once."""

    code = "code_refused"
    title = _("The connection could not be completed")


def complete_oauth(
    *,
    organization: Organization | None,
    user: User,
    state: str,
    now: datetime,
    code: str = "",
    error: str = "",
) -> Connected:
    """Take the browser's return from the consent page, in the request itself (ten-second code).

    Uses up the attempt whatever comes of it. Raises :class:`BadState`, :class:`ConsentDenied`,
    :class:`CodeRefused`, and what :func:`adopt` raises.
    """
    attempt = _claim(organization, user, state, now)
    if error or not code:
        raise ConsentDenied(
            _("You did not allow the connection at Allegro.")
            if error == "access_denied"
            else _("Allegro sent no authorization code back."),
            remedy=_("Start again when you are ready; nothing has changed."),
        )
    wish = Wish(
        organization=attempt.organization,
        environment=attempt.environment,
        label=attempt.label,
        expected_login=attempt.expected_login,
        integration=attempt.integration,
        user=user,
    )
    return adopt(pair=_exchange(attempt, code), wish=wish, now=now)


def _claim(
    organization: Organization | None, user: User, state: str, now: datetime
) -> OAuthAttempt:
    try:
        signed: dict[str, Any] = signing.loads(state, salt=_SALT)
    except signing.BadSignature as error:
        raise BadState(_("The state was changed on the way."), remedy=_again()) from error
    mine = OAuthAttempt.objects.for_organization(organization).filter(
        pk=signed["attempt"], nonce_sha256=_digest(signed["nonce"]), user=user
    )
    attempt: OAuthAttempt | None = mine.select_related("organization", "integration").first()
    if attempt is None:
        raise BadState(_("The connection was started by somebody else."), remedy=_again())
    if attempt.created_at + STATE_VALID_FOR < now:
        raise BadState(_("The connection was started too long ago."), remedy=_again())
    if not mine.filter(used_at=None).update(used_at=now):
        raise BadState(_("This answer has been used already."), remedy=_again())
    return attempt


def _exchange(attempt: OAuthAttempt, code: str) -> TokenPair:
    verifier = unseal(attempt, "code_verifier")
    OAuthAttempt.objects.filter(pk=attempt.pk).update(code_verifier="")
    try:
        return oauth_for(attempt.environment).exchange_code(
            code=code, redirect_uri=redirect_uri(), code_verifier=verifier
        )
    except AuthError as error:
        raise CodeRefused(
            _("Allegro refused the authorization code; it is good for ten seconds only."),
            remedy=_again(),
        ) from error
    except AllegroError as error:
        raise CodeRefused(_("Allegro did not answer in time."), remedy=_again()) from error


def _again() -> Any:
    return _("Start connecting again from the list of integrations.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
