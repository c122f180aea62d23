"""Refresh tokens: each is good once; a used one that turns up again ends the whole sign-in.

Source of the rule: RFC 9700 section 4.14.2 (refresh token rotation with reuse detection).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import RefreshFamily, User
from core.errors import HubError

FAMILY_CLAIM = "family"


class RefreshRefused(HubError):
    status = 401
    code = "refresh_refused"
    title = _("This refresh token is not valid any more")


def start_family(*, user: User, now: datetime) -> RefreshToken:
    """A sign-in: the first refresh token of a new family."""
    token = RefreshToken.for_user(user)
    family = RefreshFamily.objects.create(user=user, started_at=now, current_jti=token["jti"])
    token[FAMILY_CLAIM] = family.pk
    return token


def rotate_refresh(*, text: str, now: datetime) -> RefreshToken:
    """Exchange a refresh token for the next of its family.

    Raises :class:`RefreshRefused` when it is malformed, expired, revoked, or was used before; the
    last revokes the family, because one of its two holders is a thief.
    """
    token = _read(text)
    family = (
        RefreshFamily.objects.select_related("user")
        .filter(pk=token.get(FAMILY_CLAIM), revoked_at=None, user__is_active=True)
        .first()
    )
    if family is None:
        raise RefreshRefused(remedy=_("Sign in again."))
    following = RefreshToken.for_user(family.user)
    following[FAMILY_CLAIM] = family.pk
    moved = RefreshFamily.objects.filter(
        pk=family.pk, current_jti=token["jti"], revoked_at=None
    ).update(current_jti=following["jti"])
    if not moved:
        _revoke(family.pk, reason="reuse", now=now)
        raise RefreshRefused(
            _("This refresh token was used before; the sign-in has been ended for safety."),
            remedy=_("Sign in again, and change the password if it was not you."),
        )
    return following


def stop_family(*, text: str, now: datetime) -> None:
    """Sign out: no token of the family is good any more. An unreadable token is no error."""
    try:
        token = _read(text)
    except RefreshRefused:
        return
    _revoke(token.get(FAMILY_CLAIM), reason="logout", now=now)


def _revoke(family_pk: Any, *, reason: str, now: datetime) -> None:
    RefreshFamily.objects.filter(pk=family_pk, revoked_at=None).update(
        revoked_at=now, revoked_reason=reason
    )


def _read(text: str) -> RefreshToken:
    try:
        return RefreshToken(cast("Any", text))
    except TokenError as error:
        raise RefreshRefused(remedy=_("Sign in again.")) from error
