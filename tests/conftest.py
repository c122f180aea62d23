"""Fixtures for every test that needs Django: real PostgreSQL, real Valkey, real tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest_plugins = [
    "tests.chromium",
    "tests.migrated",
    "tests.sharing",
    "tests.integrations",
    "tests.sandbox_server",
]


@pytest.fixture
def organization(db: None) -> Any:
    from tests.factories import OrganizationFactory

    return OrganizationFactory(name="Kubki i spółka")


@pytest.fixture
def other_organization(db: None) -> Any:
    from tests.factories import OrganizationFactory

    return OrganizationFactory(name="Somebody else")


def _member(organization: Any, role: str) -> Any:
    from tests.factories import MembershipFactory

    return MembershipFactory(organization=organization, role=role).user


@pytest.fixture
def owner(organization: Any) -> Any:
    return _member(organization, "owner")


@pytest.fixture
def staff(organization: Any) -> Any:
    return _member(organization, "staff")


@pytest.fixture
def viewer(organization: Any) -> Any:
    return _member(organization, "viewer")


@pytest.fixture
def outsider(other_organization: Any) -> Any:
    """An owner, but of another organization."""
    return _member(other_organization, "owner")


@pytest.fixture
def operator(db: None) -> Any:
    from tests.factories import UserFactory

    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def page() -> Callable[[Any], Any]:
    """A browser-like client signed in as a user."""
    from django.test import Client

    def signed_in(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def api() -> Callable[[Any], Any]:
    """An API client with a real access token of a user."""
    from rest_framework.test import APIClient
    from rest_framework_simplejwt.tokens import AccessToken

    def with_token(user: Any) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {AccessToken.for_user(user)}")
        return client

    return with_token


@pytest.fixture(autouse=True)
def _clean_valkey() -> Iterator[None]:
    """Rate limits and buckets of one test must not reach the next."""
    yield
    from django.conf import settings

    if settings.configured:
        import redis

        client = redis.Redis.from_url(settings.REDIS_URL)
        client.flushdb()
        client.close()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The language a request of one test left behind must not reach the next."""
    yield
    from django.conf import settings

    if settings.configured:
        from django.utils import translation

        translation.deactivate()
