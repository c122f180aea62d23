"""The organization's addresses for signed events, and their secrets."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from core.audit import record
from core.sealed import seal, unseal
from webhooks.models import WebhookEndpoint

if TYPE_CHECKING:
    from accounts.models import Organization, User

# How long the old secret still verifies after a change.
CHANGEOVER = timedelta(days=2)


def create_endpoint(
    *, organization: Organization, name: str, actor: User | None, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint; its secret is returned here and never shown again."""
    secret = _new_secret()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.create(
            organization=organization, name=name[:80], public_id=secrets.token_hex(12)
        )
        seal(endpoint, "secret", secret)
        endpoint.save(update_fields=["secret"])
        record(
            action="webhook_endpoint.created",
            target=endpoint,
            actor=actor,
            organization_id=organization.pk,
            now=now,
            after={"name": endpoint.name, "public_id": endpoint.public_id},
        )
    return endpoint, secret


def rotate_endpoint(
    *, endpoint: WebhookEndpoint, actor: User | None, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """Give an endpoint a new secret, returned here only; the one before verifies for two more days."""
    secret = _new_secret()
    with transaction.atomic():
        locked: WebhookEndpoint = WebhookEndpoint.objects.select_for_update(of=("self",)).get(
            pk=endpoint.pk
        )
        seal(locked, "previous_secret", unseal(locked, "secret"))
        seal(locked, "secret", secret)
        locked.previous_valid_until = now + CHANGEOVER
        locked.save(
            update_fields=["secret", "previous_secret", "previous_valid_until", "updated_at"]
        )
        record(
            action="webhook_endpoint.secret_changed",
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            after={"previous_valid_until": locked.previous_valid_until},
        )
    return locked, secret


def set_endpoint_active(
    *, endpoint: WebhookEndpoint, active: bool, actor: User | None, now: datetime
) -> bool:
    """Open or close an endpoint; a closed one answers like one that does not exist."""
    with transaction.atomic():
        changed = (
            WebhookEndpoint.objects.filter(pk=endpoint.pk)
            .exclude(active=active)
            .update(active=active)
        )
        if changed:
            record(
                action="webhook_endpoint.opened" if active else "webhook_endpoint.closed",
                target=endpoint,
                actor=actor,
                organization_id=endpoint.organization_id,
                now=now,
                before={"active": not active},
                after={"active": active},
            )
    return bool(changed)


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"
