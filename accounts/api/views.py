"""The base of every API view that works for an organization."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.access import HasRole
from accounts.models import Membership, Organization, User
from accounts.queries import membership_of
from core.api.idempotency import IdempotentPostMixin
from core.row_ids import row_id

ORGANIZATION_HEADER = "X-Organization-Id"


class OrganizationAPIView(IdempotentPostMixin, APIView):
    """An API view for members. Gives ``request.organization`` and ``request.membership``.

    ``X-Organization-Id`` chooses among the caller's organizations, without it their first one is
    taken. ``read_role``/``write_role`` say who may (viewer, staff). ``Idempotency-Key`` on POST works.
    """

    permission_classes = [HasRole]

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        membership = _membership(request)
        request.membership = membership  # type: ignore[attr-defined]
        request.organization = membership.organization if membership else None  # type: ignore[attr-defined]

    @property
    def organization(self) -> Organization:
        """The organization this request works for; permissions have run, so there is one."""
        return self.request.organization  # type: ignore[attr-defined]

    @property
    def actor(self) -> User:
        """The signed-in person (or the person who made the API key)."""
        return self.request.user  # type: ignore[return-value]


def _membership(request: Request) -> Membership | None:
    from_key = getattr(request.auth, "membership", None)
    if from_key is not None:
        return from_key
    if not isinstance(request.user, User):
        return None
    wanted = request.headers.get(ORGANIZATION_HEADER, "")
    if not wanted:
        session_choice: Any = getattr(request._request, "membership", None)
        return session_choice or membership_of(user=request.user)
    found = membership_of(user=request.user, organization_id=row_id(wanted))
    if found is None:
        raise exceptions.NotFound
    return found
