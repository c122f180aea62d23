"""Who may come in: the one gate of pages and of API routes.

An organization that is not the caller's does not exist for them (404); a role that is too low is
told so (403).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from rest_framework import permissions
from rest_framework.request import Request

from accounts.enums import Role
from accounts.models import Membership, Organization, User

View = Callable[..., HttpResponse]


class MemberRequest(HttpRequest):
    """The request inside :func:`member_required`: a signed-in person at work for an organization."""

    user: User
    organization: Organization
    membership: Membership


def member_required(role: Role = Role.VIEWER) -> Callable[[View], View]:
    """For pages: signed in, in an organization, with at least ``role``.

    Gives the view ``request.organization`` and ``request.membership``. A signed-in person without
    any organization is sent to make one.
    """

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            membership: Membership | None = getattr(request, "membership", None)
            if membership is None:
                return redirect("accounts:create_organization")
            if not Role(membership.role).allows(role):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


class HasRole(permissions.BasePermission):
    """For API routes: any member may read, ``write_role`` of the view (staff) may write."""

    def has_permission(self, request: Request, view: Any) -> bool:
        membership: Membership | None = getattr(request, "membership", None)
        if membership is None:
            return False
        needed = (
            getattr(view, "read_role", Role.VIEWER)
            if request.method in permissions.SAFE_METHODS
            else getattr(view, "write_role", Role.STAFF)
        )
        return Role(membership.role).allows(needed)
