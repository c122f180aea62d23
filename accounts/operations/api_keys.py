"""Keys for scripts."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from accounts.enums import Role
from accounts.models import ApiKey, Organization, User
from accounts.secrets import digest, new_secret
from core import audit


def create_api_key(
    *,
    organization: Organization,
    name: str,
    role: Role,
    actor: User,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret text ``hub_<prefix>_<secret>``, shown this once."""
    prefix, secret = secrets.token_hex(6), new_secret()
    with transaction.atomic():
        key = ApiKey.objects.create(
            organization=organization,
            name=name.strip(),
            prefix=prefix,
            secret_sha256=digest(secret),
            role=role,
            created_by=actor,
            expires_at=expires_at,
        )
        audit.record(
            action="api_key.created",
            target=key,
            actor=actor,
            organization_id=organization.pk,
            now=now,
            after={"name": key.name, "role": role},
        )
    return key, f"hub_{prefix}_{secret}"


def revoke_api_key(*, key: ApiKey, actor: User, now: datetime) -> bool:
    """Stop a key at once; False when it was stopped before."""
    with transaction.atomic():
        revoked = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
        if revoked:
            audit.record(
                action="api_key.revoked",
                target=key,
                actor=actor,
                organization_id=key.organization_id,
                now=now,
            )
    return bool(revoked)
