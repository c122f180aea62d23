"""The address an organization reads together. It is kept by a higher app, which says here how to find it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

_finders: list[Callable[[int], str]] = []


def register(finder: Callable[[int], str]) -> None:
    """Have ``finder`` asked for an organization's address; it answers "" when there is none."""
    _finders.append(finder)


def address_of(organization_id: int) -> str:
    """The organization's own address, else the installation's (``NOTIFICATION_EMAIL_TO``), else ""."""
    own = next((found for finder in _finders if (found := finder(organization_id))), "")
    return own or str(settings.NOTIFICATION_EMAIL_TO)
