"""Offers of the running sandbox whose values we write."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from core.outbox import deliver_due
from offers.models import Offer, ValuePush
from offers.operations import WantedValue, read_offer, record_readings, request_values
from offers.operations.writing import write_account
from settings_app.connection import allegro_client
from settings_app.models import Integration


def allow_values(integration: Integration) -> Integration:
    """Switch writing of prices and offers on."""
    Integration.objects.filter(pk=integration.pk).update(
        may_write_price=True, may_write_offers=True
    )
    integration.refresh_from_db()
    return integration


def known(integration: Integration, *allegro_ids: str) -> list[Offer]:
    """The offers as rows of ours, read in full."""
    with allegro_client(integration=integration) as client:
        readings = [
            read_offer(client=client, allegro_id=number, in_full=True) for number in allegro_ids
        ]
    record_readings(integration=integration, readings=readings, now=timezone.now())
    found = {one.allegro_id: one for one in Offer.objects.filter(allegro_id__in=allegro_ids)}
    return [found[number] for number in allegro_ids]


def want(offer: Offer, field: str, value: str, **more: Any) -> None:
    """Ask for a value as a run does."""
    expected, run_id = more.pop("expected", None), more.pop("run_id", None)
    request_values(
        organization_id=offer.organization_id,
        values=[WantedValue(offer.pk, field, value, expected)],
        cause=more.pop("cause", "RUN"),
        actor=None,
        now=timezone.now(),
        run_id=run_id,
    )


def write(integration: Integration, seconds: float = 10.0) -> int:
    looked = write_account(integration_id=integration.pk, seconds=seconds)
    deliver_due()
    return looked


def row_of(offer: Offer, field: str) -> ValuePush:
    return ValuePush.objects.get(offer=offer, field=field)


def outcome(offer: Offer, field: str) -> tuple[str, str]:
    row = row_of(offer, field)
    return row.state, row.reason


def there(sandbox: Any, integration: Integration, allegro_id: str) -> dict[str, Any]:
    """The offer in full as the sandbox shows it now."""
    with allegro_client(integration=integration) as client:
        return dict(client.offers.get(allegro_id))


def price_there(document: dict[str, Any], marketplace: str = "") -> str:
    place = document["additionalMarketplaces"][marketplace] if marketplace else document
    money = place["sellingMode"]["price"]
    return f"{money['amount']} {money['currency']}"


def make_due() -> None:
    """Let what waits for its time be due now."""
    ValuePush.objects.filter(state="PENDING").update(next_attempt_at=timezone.now())
