"""Factories of what many apps' tests need; an app's own are in ``tests/<app>/factories.py``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import Membership, Organization, User
from products.models import Product
from settings_app.enums import Environment, IntegrationState
from settings_app.models import Integration

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")

    @factory.post_generation
    def with_password(self: Any, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or PASSWORD)
        self.save()


class OrganizationFactory(DjangoModelFactory[Organization]):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Shop {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory)
    role = "owner"


class IntegrationFactory(DjangoModelFactory[Integration]):
    """An integration row without tokens; tests that call Allegro use ``tests.integrations.connect``."""

    class Meta:
        model = Integration

    organization = factory.SubFactory(OrganizationFactory)
    label = factory.Sequence(lambda n: f"Account {n}")
    environment = Environment.SANDBOX
    state = IntegrationState.CONNECTED
    seller_id = factory.Sequence(lambda n: str(50_000_000 + n))
    seller_login = factory.Sequence(lambda n: f"seller{n}")


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    organization = factory.SubFactory(OrganizationFactory)
    code = factory.Sequence(lambda n: f"SKU-{n:05d}")
    name = factory.Sequence(lambda n: f"Kubek emaliowany nr {n}")
    selling_price = Decimal("49.99")
    selling_currency = "PLN"
