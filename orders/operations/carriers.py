"""The carriers tracking numbers may name: Allegro's list, kept and renewed daily."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from connectors.allegro import AllegroError, Lane
from connectors.allegro.types import Named
from core.hints import hint
from orders.models import Carrier
from orders.problems import AllegroAway, told_by
from settings_app.connection import allegro_client
from settings_app.enums import IntegrationState
from settings_app.models import Integration

FRESH = timedelta(days=1)


def carriers_for(*, integration: Integration, now: datetime) -> list[Carrier]:
    """The carriers known for the account's environment, in Allegro's order.

    An old list is shown and renewed behind the scenes; without any, Allegro is asked at once. Not
    for use inside a transaction. Raises :class:`AllegroAway`, only when nothing is kept.
    """
    kept = _kept(integration.environment)
    if not kept:
        try:
            return read_carriers(integration=integration, now=now)
        except AllegroError as error:
            raise AllegroAway(told_by(error)) from error
    if min(one.read_at for one in kept) < now - FRESH:
        _hint()
    return kept


def read_carriers(*, integration: Integration, now: datetime) -> list[Carrier]:
    """Read Allegro's carriers as any connected account may, and keep them for its environment."""
    with allegro_client(integration=integration, lane=Lane.ORDERS) as client:
        told = client.orders.carriers()
    _keep(integration.environment, told, now)
    return _kept(integration.environment)


def renew_carriers(*, now: datetime) -> int:
    """Read the carriers of every environment whose list is older than a day; returns how many were.

    One account of each environment asks. Raises what the client raises; the old list stays.
    """
    fresh = Carrier.objects.filter(read_at__gte=now - FRESH).values("environment")
    accounts = (
        Integration.objects.filter(state=IntegrationState.CONNECTED)
        .exclude(environment__in=fresh)
        .order_by("environment", "pk")
        .distinct("environment")
    )
    for integration in accounts:
        read_carriers(integration=integration, now=timezone.now())
    return len(accounts)


def _kept(environment: str) -> list[Carrier]:
    return list(Carrier.objects.filter(environment=environment).order_by("position", "pk"))


def _keep(environment: str, told: Iterable[Named], now: datetime) -> None:
    rows = [
        Carrier(
            environment=environment,
            carrier_id=str(one["id"]),
            name=str(one.get("name") or one["id"])[:200],
            position=position,
            read_at=now,
        )
        for position, one in enumerate(told)
        if one.get("id")
    ]
    with transaction.atomic():
        Carrier.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["environment", "carrier_id"],
            update_fields=["name", "position", "read_at"],
        )
        gone = Carrier.objects.filter(environment=environment)
        gone.exclude(carrier_id__in=[row.carrier_id for row in rows]).delete()


def _hint() -> None:
    from orders.tasks import renew_carriers

    hint(renew_carriers)
