"""What the pages of this app answer alike: who may do what, refusals told, the way on after a POST."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import MemberRequest
from accounts.enums import Role
from core.errors import HubError


def may(request: MemberRequest) -> dict[str, bool]:
    """What the person's role allows, for templates that offer only that."""
    role = Role(request.membership.role)
    return {"may_manage": role.allows(Role.OWNER), "may_work": role.allows(Role.STAFF)}


def tell(request: MemberRequest, error: HubError) -> None:
    """Show a refusal on the next page."""
    messages.error(request, error.told)


def see_other(name: str, *args: Any, query: dict[str, Any] | None = None) -> HttpResponse:
    """Lead on after a POST, so that reloading repeats nothing."""
    response = redirect(reverse(name, args=args, query=query))
    response.status_code = 303
    return response
