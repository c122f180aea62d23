"""Connecting through the consent page: what is accepted, what is refused, and that tokens stay sealed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from connectors.allegro import SCOPES
from core.models import AuditEntry, OutboxMessage
from core.sealed import unseal
from settings_app.enums import IntegrationState
from settings_app.models import Integration, OAuthAttempt
from settings_app.operations import (
    AlreadyConnected,
    BadState,
    CodeRefused,
    ConsentDenied,
    WrongAccount,
    complete_oauth,
    disconnect,
    start_oauth,
)
from tests.factories import MembershipFactory
from tests.integrations import connect, consent


def start(organization: Any, user: Any, **more: Any) -> str:
    return start_oauth(
        organization=organization,
        user=user,
        environment="sandbox",
        now=timezone.now(),
        **more,
    )


def complete(organization: Any, user: Any, answer: dict[str, str], **more: Any) -> Any:
    when = {"now": timezone.now(), **more}
    return complete_oauth(organization=organization, user=user, **answer, **when)


def test_the_address_asks_for_the_accounts_confirmation_pkce_and_our_scopes(
    allegro: Any, organization: Any, owner: Any
) -> None:
    asked = parse_qs(urlsplit(start(organization, owner)).query)

    assert asked["prompt"] == ["confirm"]
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == set(SCOPES)
    assert asked["redirect_uri"][0].endswith("/integrations/callback/")
    attempt = OAuthAttempt.objects.get()
    assert attempt.code_verifier.startswith("v1.")
    assert attempt.nonce_sha256 not in asked["state"][0]


def test_consent_connects_the_account(
    allegro: Any, organization: Any, owner: Any, login: str
) -> None:
    answer = consent(start(organization, owner, label="Main shop"), login=login)
    connected = complete(organization, owner, answer)

    integration = Integration.objects.get()
    assert connected.first
    assert integration.state == IntegrationState.CONNECTED
    assert (integration.label, integration.seller_login) == ("Main shop", login)
    assert integration.seller_id == allegro.seller(login)["id"]
    assert set(integration.scopes) == set(SCOPES)
    assert OutboxMessage.objects.get(topic="integration.connected").payload == {
        "integration_id": integration.pk,
        "first": True,
    }
    assert AuditEntry.objects.get(action="integration.connected").actor == owner
    tasks = PeriodicTask.objects.filter(name__startswith=f"integration {integration.pk}: ")
    assert set(tasks.filter(enabled=True).values_list("task", flat=True)) == {
        "webhooks.poll_changes",
        "webhooks.poll_orders",
        "syncs.forget_runs",
        "syncs.start_scheduled",
    }
    assert OAuthAttempt.objects.get().code_verifier == ""


def test_no_column_of_any_table_holds_a_token(connected: Any) -> None:
    tokens = [unseal(connected, "access_token"), unseal(connected, "refresh_token")]
    assert all(len(token) > 200 for token in tokens)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 -- names from the catalogue
            dump = "\n".join(row for (row,) in cursor.fetchall())
            for token in tokens:
                assert token not in dump, table
                assert token.split(".")[1] not in dump, table


@pytest.mark.parametrize("change", ["signature", "other attempt", "nothing at all"])
def test_a_state_that_was_changed_is_refused_and_nothing_is_connected(
    allegro: Any, organization: Any, owner: Any, login: str, change: str
) -> None:
    answer = consent(start(organization, owner), login=login)
    answer["state"] = {
        "signature": answer["state"][:-3] + "abc",
        "other attempt": signing.dumps({"attempt": 999, "nonce": "x"}, salt="another"),
        "nothing at all": "",
    }[change]

    with pytest.raises(BadState):
        complete(organization, owner, answer)
    assert not Integration.objects.exists()


def test_a_state_is_good_once(allegro: Any, organization: Any, owner: Any, login: str) -> None:
    answer = consent(start(organization, owner), login=login)
    complete(organization, owner, answer)

    with pytest.raises(BadState, match="used already"):
        complete(organization, owner, answer)
    assert Integration.objects.count() == 1


def test_an_old_state_is_refused(allegro: Any, organization: Any, owner: Any, login: str) -> None:
    answer = consent(start(organization, owner), login=login)

    with pytest.raises(BadState, match="too long ago"):
        complete(organization, owner, answer, now=timezone.now() + timedelta(minutes=16))
    assert not Integration.objects.exists()


def test_another_users_state_is_refused(
    allegro: Any, organization: Any, owner: Any, staff: Any, login: str
) -> None:
    answer = consent(start(organization, owner), login=login)

    with pytest.raises(BadState, match="somebody else"):
        complete(organization, staff, answer)
    assert not Integration.objects.exists()


def test_a_state_of_another_organization_of_the_same_user_is_refused(
    allegro: Any, organization: Any, other_organization: Any, owner: Any, login: str
) -> None:
    MembershipFactory(organization=other_organization, user=owner)
    answer = consent(start(organization, owner), login=login)

    with pytest.raises(BadState):
        complete(other_organization, owner, answer)
    assert not Integration.objects.exists()


def test_denial_at_allegro_connects_nothing(
    allegro: Any, organization: Any, owner: Any, login: str
) -> None:
    answer = consent(start(organization, owner), login=login, allow=False)
    assert answer["error"] == "access_denied"

    with pytest.raises(ConsentDenied, match="did not allow"):
        complete(organization, owner, answer)
    assert not Integration.objects.exists()


def test_a_code_older_than_ten_seconds_is_refused(
    allegro: Any, organization: Any, owner: Any, login: str
) -> None:
    answer = consent(start(organization, owner), login=login)
    allegro.advance(11)

    with pytest.raises(CodeRefused, match="ten seconds"):
        complete(organization, owner, answer)
    assert not Integration.objects.exists()


def test_another_account_than_the_expected_one_is_refused(
    allegro: Any, organization: Any, owner: Any, login: str, other_login: str
) -> None:
    answer = consent(start(organization, owner, expected_login=other_login), login=login)

    with pytest.raises(WrongAccount, match=other_login):
        complete(organization, owner, answer)
    assert not Integration.objects.exists()


@pytest.mark.parametrize("by", ["login", "upper case", "id"])
def test_the_expected_account_is_known_by_login_or_id(
    allegro: Any, organization: Any, owner: Any, login: str, by: str
) -> None:
    meant = {"login": login, "upper case": login.upper(), "id": allegro.seller(login)["id"]}[by]
    answer = consent(start(organization, owner, expected_login=meant), login=login)

    assert complete(organization, owner, answer).integration.seller_login == login


def test_connecting_again_with_another_account_changes_nothing(
    allegro: Any, organization: Any, owner: Any, connected: Any, other_login: str
) -> None:
    before = unseal(connected, "refresh_token")
    answer = consent(start(organization, owner, integration=connected), login=other_login)

    with pytest.raises(WrongAccount):
        complete(organization, owner, answer)
    connected.refresh_from_db()
    assert unseal(connected, "refresh_token") == before
    assert connected.seller_login != other_login


def test_connecting_again_renews_tokens_and_takes_the_notice_back(
    allegro: Any, organization: Any, owner: Any, connected: Any, login: str
) -> None:
    from notifications.models import Notification
    from settings_app.operations import mark_needs_reauth

    mark_needs_reauth(integration=connected, now=timezone.now())
    assert Notification.objects.filter(read_at=None).exists()
    before = unseal(connected, "refresh_token")

    again = connect(
        organization=organization, user=owner, sandbox=allegro, login=login, integration=connected
    )

    assert again.pk == connected.pk
    assert again.state == IntegrationState.CONNECTED
    assert unseal(again, "refresh_token") != before
    assert not Notification.objects.filter(read_at=None).exists()
    assert (
        OutboxMessage.objects.filter(topic="integration.connected").last().payload["first"] is False
    )


def test_the_same_seller_twice_is_refused_by_name(
    allegro: Any, organization: Any, owner: Any, connected: Any, login: str
) -> None:
    answer = consent(start(organization, owner, label="Twice"), login=login)

    with pytest.raises(AlreadyConnected, match=connected.label):
        complete(organization, owner, answer)
    assert Integration.objects.count() == 1


def test_a_seller_of_another_organization_is_refused_without_naming_it(
    allegro: Any, other_organization: Any, outsider: Any, connected: Any, login: str
) -> None:
    answer = consent(start(other_organization, outsider), login=login)

    with pytest.raises(AlreadyConnected) as refused:
        complete(other_organization, outsider, answer)
    told = f"{refused.value.detail} {refused.value.remedy}"
    assert "connected elsewhere" in told
    assert connected.organization.name not in told
    assert Integration.objects.count() == 1


def test_several_accounts_of_one_organization(
    allegro: Any, organization: Any, owner: Any, connected: Any, other_login: str
) -> None:
    connect(organization=organization, user=owner, sandbox=allegro, login=other_login)

    assert Integration.objects.filter(state=IntegrationState.CONNECTED).count() == 2


def test_a_disconnected_account_is_taken_up_again_with_its_history(
    allegro: Any, organization: Any, owner: Any, connected: Any, login: str
) -> None:
    disconnect(integration=connected, actor=owner, now=timezone.now())

    again = connect(organization=organization, user=owner, sandbox=allegro, login=login)

    assert again.pk == connected.pk
    assert again.state == IntegrationState.CONNECTED


def test_a_disconnected_account_may_be_connected_elsewhere(
    allegro: Any, owner: Any, other_organization: Any, outsider: Any, connected: Any, login: str
) -> None:
    disconnect(integration=connected, actor=owner, now=timezone.now())

    elsewhere = connect(
        organization=other_organization, user=outsider, sandbox=allegro, login=login
    )

    assert elsewhere.organization == other_organization
