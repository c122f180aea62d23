"""API keys: ``Authorization: Bearer hub_<prefix>_<secret>``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts.enums import Role
from accounts.models import ApiKey, Membership, User
from accounts.queries import membership_of, working_key

SCHEME = "hub_"
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeyAuth:
    """What a request by API key is allowed: the maker's membership, no higher than the key's role."""

    key: ApiKey
    membership: Membership


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """Recognises our keys and leaves every other bearer token to the next scheme."""

    def authenticate(self, request: Request) -> tuple[User, KeyAuth] | None:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not text.startswith(SCHEME):
            return None
        prefix, _, secret = text.removeprefix(SCHEME).partition("_")
        now = timezone.now()
        key = working_key(prefix=prefix, secret=secret, now=now)
        membership = (
            membership_of(user=key.created_by, organization_id=key.organization_id) if key else None
        )
        if key is None or membership is None:
            raise exceptions.AuthenticationFailed("This API key is not valid.")
        membership.role = min(membership.role, key.role, key=lambda role: Role(role).rank)
        ApiKey.objects.filter(
            Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY), pk=key.pk
        ).update(last_used_at=now)
        return key.created_by, KeyAuth(key=key, membership=membership)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI description names it."""

    target_class = "accounts.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key of the organization, `hub_<prefix>_<secret>`.",
        }
