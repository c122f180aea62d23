"""What the pages of Stock answer alike: the tabs, who may do what, refusals told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import MemberRequest
from accounts.enums import Role
from core.errors import HubError
from inventory.queries import stock_tabs


def room(request: MemberRequest, here: str) -> dict[str, Any]:
    """The tabs, with ``here`` open, and what the person's role allows."""
    role = Role(request.membership.role)
    return {
        "tabs": stock_tabs(organization=request.organization, here=here),
        "may_write": role.allows(Role.STAFF),
        "may_manage": role.allows(Role.OWNER),
    }


def tell(request: MemberRequest, error: HubError) -> None:
    """Show a refusal on the next page."""
    messages.error(request, error.told)


def see_other(name: str, *args: Any) -> HttpResponse:
    """Lead on after a POST, so that reloading repeats nothing."""
    response = redirect(reverse(f"inventory:{name}", args=args))
    response.status_code = 303
    return response


def confirm(
    request: MemberRequest, *, here: str, cancel: str, status: int = 200, **context: Any
) -> HttpResponse:
    """The page between a dangerous button and its effect."""
    context |= {"cancel_url": cancel} | room(request, here)
    return render(request, "confirm.html", context, status=status)
