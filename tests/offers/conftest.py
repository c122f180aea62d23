from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from settings_app.models import Integration
from tests.factories import IntegrationFactory
from tests.integrations import connect
from tests.offers.scene import active_offers, allow_stock

Page = Callable[[Any], Any]


@pytest.fixture
def integration(organization: Any) -> Any:
    """An account of the organization that talks to nobody."""
    return IntegrationFactory(organization=organization)


@pytest.fixture
def login(allegro: Any) -> str:
    return str(allegro.sellers()[0])


@pytest.fixture
def account(allegro: Any, organization: Any, owner: Any, login: str) -> Integration:
    """The sandbox's first seller, connected, allowed to write stock."""
    made = connect(organization=organization, user=owner, sandbox=allegro, login=login)
    return allow_stock(made)


@pytest.fixture
def numbers(allegro: Any, login: str) -> list[str]:
    """Offer numbers on sale at the sandbox."""
    return active_offers(allegro, login)
