"""``manage.py demo``: from nothing, again, and after the sandbox was restarted."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organization, User
from core.sealed import unseal
from inventory.models import Warehouse
from settings_app.connection import allegro_client
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from settings_app.operations import disconnect, pause
from tests.integrations import connect

LOGINS = {
    "HUB_DEMO_SELLER_EMAIL": "seller@demo.example",
    "HUB_DEMO_SELLER_PASSWORD": "long-seller-password-1",
    "HUB_DEMO_OPERATOR_EMAIL": "operator@demo.example",
    "HUB_DEMO_OPERATOR_PASSWORD": "long-operator-password-1",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(allegro: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.HUB_DEMO = True
    for name, value in LOGINS.items():
        monkeypatch.setenv(name, value)
    return allegro


def run() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_it_refuses_outside_a_demo(settings: Any) -> None:
    settings.HUB_DEMO = False
    with pytest.raises(CommandError, match="HUB_DEMO=1"):
        run()
    assert not User.objects.exists()


def test_it_names_what_is_missing(demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_DEMO_SELLER_PASSWORD")
    with pytest.raises(CommandError, match="HUB_DEMO_SELLER_PASSWORD"):
        run()
    assert not User.objects.exists()


def test_from_nothing_everything_is_there_and_both_can_sign_in(demo: Any) -> None:
    told = run()

    membership = Membership.objects.select_related("user", "organization").get()
    assert (membership.role, membership.user.email) == ("owner", "seller@demo.example")
    assert Warehouse.objects.filter(organization=membership.organization).count() == 1
    operator = User.objects.get(email="operator@demo.example")
    assert operator.is_superuser
    assert not membership.user.is_staff
    for email, password in (
        ("seller@demo.example", LOGINS["HUB_DEMO_SELLER_PASSWORD"]),
        ("operator@demo.example", LOGINS["HUB_DEMO_OPERATOR_PASSWORD"]),
    ):
        client = Client()
        client.post(reverse("account_login"), {"login": email, "password": password})
        assert "_auth_user_id" in client.session, email

    integration = Integration.objects.get()
    assert integration.state == IntegrationState.CONNECTED
    assert integration.seller_login == demo.sellers()[0]
    switches = ("may_write_stock", "may_write_price", "may_write_offers")
    assert not [name for name in switches if getattr(integration, name)]
    secrets = [*(value for name, value in LOGINS.items() if "PASSWORD" in name)]
    secrets += [unseal(integration, "access_token"), unseal(integration, "refresh_token")]
    assert not [secret for secret in secrets if secret in told]


def test_a_second_run_changes_nothing(demo: Any) -> None:
    run()
    before = [
        list(model.objects.order_by("pk").values_list("pk", flat=True))
        for model in (User, Organization, Membership, Integration, Warehouse)
    ]
    token = Integration.objects.get().access_token

    assert run() == "the demo is ready\n"
    after = [
        list(model.objects.order_by("pk").values_list("pk", flat=True))
        for model in (User, Organization, Membership, Integration, Warehouse)
    ]
    assert after == before
    assert Integration.objects.get().access_token == token


def test_accounts_that_a_restarted_sandbox_forgot_are_connected_again(demo: Any) -> None:
    run()
    membership = Membership.objects.select_related("user", "organization").get()
    connect(
        organization=membership.organization,
        user=membership.user,
        sandbox=demo,
        login=demo.sellers()[1],
    )
    demo.reset()

    told = run()

    assert told.count("again") == 2
    for integration in Integration.objects.all():
        assert integration.state == IntegrationState.CONNECTED
        with allegro_client(integration=integration) as client:
            assert client.me()["login"] == integration.seller_login


@pytest.mark.parametrize("step", [pause, disconnect])
def test_what_a_person_stopped_stays_stopped(demo: Any, step: Any) -> None:
    run()
    integration = Integration.objects.get()
    step(integration=integration, actor=User.objects.first(), now=timezone.now())
    integration.refresh_from_db()
    state = integration.state

    run()

    assert Integration.objects.get().state == state


def test_a_changed_password_is_the_demos_again(demo: Any) -> None:
    run()
    seller = User.objects.get(email="seller@demo.example")
    seller.set_password("something else entirely")
    seller.save()

    run()

    assert authenticate(
        None, email="seller@demo.example", password=LOGINS["HUB_DEMO_SELLER_PASSWORD"]
    )


def test_without_a_sandbox_it_says_how_to_start_one(demo: Any, settings: Any) -> None:
    settings.ALLEGRO_ENVIRONMENTS["sandbox"]["api"] = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="python -m sandbox"):
        run()
