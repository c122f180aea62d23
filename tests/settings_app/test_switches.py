"""The emergency stops of stock and of everything else are told apart, audited and undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry, OutboxMessage
from settings_app import operations
from settings_app.models import Installation
from settings_app.queries import StockStop, offer_stop, stock_stop

Stop = Callable[..., bool]


@pytest.fixture
def writing(integration: Any) -> Any:
    integration.may_write_stock = integration.may_write_price = True
    integration.save()
    return integration


def by_organization(organization: Any, owner: Any) -> Stop:
    return partial(
        operations.stop_organization_offers,
        organization=organization,
        actor=owner,
        now=timezone.now(),
    )


def by_operator(organization: Any, owner: Any) -> Stop:
    return partial(operations.stop_installation_offers, actor=owner, now=timezone.now())


@pytest.mark.parametrize(
    ("who", "said"),
    [(by_organization, StockStop.ORGANIZATION), (by_operator, StockStop.INSTALLATION)],
)
def test_stopping_offers_leaves_stock_alone(
    writing: Any, organization: Any, owner: Any, who: Callable[..., Stop], said: StockStop
) -> None:
    stop = who(organization, owner)

    assert stop(stopped=True)
    assert not stop(stopped=True)

    assert offer_stop(integration_id=writing.pk, field="PRICE") == said
    assert stock_stop(integration_id=writing.pk) is None
    assert AuditEntry.objects.filter(action="offer.writes_stopped").count() == 1
    assert not OutboxMessage.objects.filter(topic="offer.writes_resumed").exists()

    assert stop(stopped=False)
    assert offer_stop(integration_id=writing.pk, field="PRICE") is None
    assert OutboxMessage.objects.filter(topic="offer.writes_resumed").count() == 1


def test_prices_have_a_switch_of_their_own(writing: Any) -> None:
    assert offer_stop(integration_id=writing.pk, field="PRICE@allegro-cz") is None
    assert offer_stop(integration_id=writing.pk, field="TITLE") == StockStop.ACCOUNT


def test_operators_stop_and_allow_offers(page: Any, operator: Any) -> None:
    address = reverse("admin:settings_app_installation_changelist")
    client = page(operator)
    client.get(address)

    for action, stopped in (("stop_offers", True), ("allow_offers", False)):
        client.post(address, {"action": action, "_selected_action": [1]})
        found = Installation.objects.get()
        assert (found.offer_writes_stopped_at is not None) == stopped
        assert found.stock_writes_stopped_at is None
