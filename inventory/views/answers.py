"""What the pages of Stock answer alike: the tabs, who may do what, refusals told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import MemberRequest
from accounts.enums import Role
from core.errors import HubError
from inventory.queries import stock_tabs

T = TypeVar("T")


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


def accepted(form: BaseForm, do: Callable[[], T], *, field: str | None = None) -> T | None:
    """What ``do`` made of a valid form; None when the form or the operation refuses, which the form says.

    ``field`` is where a refusal of the operation stands; above the form, when there is none.
    """
    if not form.is_valid():
        return None
    try:
        return do()
    except HubError as error:
        form.add_error(field, error.told)
        return None


def attempt(request: MemberRequest, do: Callable[[], object], done: str) -> None:
    """Do it, and say on the next page that it is done or why it is not."""
    try:
        do()
    except HubError as error:
        tell(request, error)
    else:
        messages.success(request, done)


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
