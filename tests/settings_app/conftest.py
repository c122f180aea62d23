"""What the tests of integrations share: an account of the sandbox, connected for real."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import IntegrationFactory
from tests.integrations import connect


@pytest.fixture
def login(allegro: Any) -> str:
    """The sandbox's first seller."""
    return str(allegro.sellers()[0])


@pytest.fixture
def other_login(allegro: Any) -> str:
    """The sandbox's second seller."""
    return str(allegro.sellers()[1])


@pytest.fixture
def connected(allegro: Any, organization: Any, owner: Any, login: str) -> Any:
    """An integration of the first seller, connected through the consent page."""
    return connect(organization=organization, user=owner, sandbox=allegro, login=login)


@pytest.fixture
def integration(organization: Any) -> Any:
    """An account that works, without tokens: for what never asks Allegro."""
    return IntegrationFactory(organization=organization)


@pytest.fixture
def token_requests(allegro: Any) -> Callable[[], int]:
    """How often the sandbox's token endpoint was asked so far."""

    def count() -> int:
        answer = allegro.control("GET", "/requests")
        return int(answer["byRoute"].get("POST /auth/oauth/token", 0))

    return count
