"""What a seller does before and for publishing, run inside the product's own environment."""

from __future__ import annotations

from typing import Any

MUGS, STATE, NEW = "257931", "11323", "11323_1"


def choose(login: str, category: str) -> None:
    """The switch, the first of each list at Allegro, and where our category lies there."""
    from tests.offers.publishing.scene import ready_account

    integration, owner = _account(login), _owner()
    ready_account(integration, owner)
    _map(integration, owner, category)


def publish(prefix: str, login: str) -> None:
    """Ask for offers of all products whose code begins so."""
    from django.utils import timezone

    from offers.candidates import Wanted
    from offers.operations.publishing import request_publications
    from products.models import Product

    products = Product.objects.filter(code__startswith=prefix).order_by("code")
    request_publications(
        integration=_account(login),
        wanted=[Wanted(one.pk) for one in products],
        activate=True,
        actor=_owner(),
        now=timezone.now(),
    )


def _map(integration: Any, owner: Any, path: str) -> None:
    from django.utils import timezone

    from offers.operations.mapping import map_categories, set_fillings
    from offers.preparing import parameters_of
    from offers.publishing.facts import Filling
    from products.models import Category

    ours = Category.objects.get(organization=integration.organization, path=path)
    map_categories(
        organization=integration.organization,
        category_ids=[ours.pk],
        allegro_category_id=MUGS,
        integration=integration,
        actor=owner,
        now=timezone.now(),
    )
    known = parameters_of(integration=integration, category_id=MUGS)
    set_fillings(
        mapping=ours.allegro_mapping,
        parameters=known or (),
        fillings={STATE: Filling(value_id=NEW)},
        actor=owner,
        now=timezone.now(),
    )


def _account(login: str) -> Any:
    from settings_app.models import Integration

    return Integration.objects.get(seller_login=login)


def _owner() -> Any:
    from accounts.models import User

    return User.objects.order_by("pk")[0]
