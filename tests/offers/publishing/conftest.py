from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from products.models import Category, Product
from settings_app.models import Integration
from tests.integrations import connect
from tests.offers.publishing.scene import mapped_category, ready_account, ready_product


@pytest.fixture
def login(allegro: Any) -> str:
    return str(allegro.sellers()[0])


@pytest.fixture
def account(
    transactional_db: None, allegro: Any, organization: Any, owner: Any, login: str, settings: Any
) -> Integration:
    """The sandbox's first seller, connected and ready to publish; its pictures may be fetched."""
    cache.clear()
    settings.FETCH_HOSTS = [allegro.url.removeprefix("http://")]
    made = connect(organization=organization, user=owner, sandbox=allegro, login=login)
    return ready_account(made, owner)


@pytest.fixture
def category(account: Integration, owner: Any) -> Category:
    return mapped_category(account, owner)


@pytest.fixture
def product(allegro: Any, category: Category) -> Product:
    return ready_product(allegro, category)
