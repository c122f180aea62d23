"""Which organization a page request works for."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.queries import membership_of

SESSION_KEY = "organization_id"


class OrganizationMiddleware:
    """Put ``organization`` and ``membership`` on the request (None for strangers), and its clock."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership = None
        if request.user.is_authenticated:
            chosen = request.session.get(SESSION_KEY)
            membership = membership_of(user=request.user, organization_id=chosen)
            if membership is None and chosen is not None:
                membership = membership_of(user=request.user)
        request.membership = membership  # type: ignore[attr-defined]
        request.organization = membership.organization if membership else None  # type: ignore[attr-defined]
        if membership is None:
            return self.get_response(request)
        with timezone.override(_zone(membership.organization.timezone)):
            return self.get_response(request)


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("Europe/Warsaw")
