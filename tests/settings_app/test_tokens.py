"""One refresher, nothing lost, nothing refreshed twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from connectors.allegro import AllegroError, AuthError, Unavailable
from core.sealed import unseal
from notifications.models import Notification
from settings_app.connection import NeedsReauth, NotWorking, TokenSource, allegro_client
from settings_app.enums import Environment, IntegrationState
from settings_app.models import Integration
from settings_app.operations import disconnect, pause, refresh_due, refresh_tokens
from tests.factories import IntegrationFactory
from tests.integrations import connect

TOKEN = "POST /auth/oauth/token"


def nearly_expired(integration: Integration) -> Integration:
    """Within the hour in which a pair is renewed."""
    Integration.objects.filter(pk=integration.pk).update(
        token_expires_at=timezone.now() + timedelta(minutes=30)
    )
    integration.refresh_from_db()
    return integration


def test_a_good_token_is_used_as_it_is(connected: Any, token_requests: Callable[[], int]) -> None:
    asked = token_requests()
    with allegro_client(integration=connected) as client:
        assert str(client.me()["id"]) == connected.seller_id

    assert token_requests() == asked


def test_a_token_is_renewed_an_hour_before_it_ends_and_the_new_pair_is_stored(
    connected: Any, token_requests: Callable[[], int]
) -> None:
    before = unseal(connected, "access_token"), unseal(connected, "refresh_token")
    nearly_expired(connected)
    asked = token_requests()
    with allegro_client(integration=connected) as client:
        client.me()

    connected.refresh_from_db()
    after = unseal(connected, "access_token"), unseal(connected, "refresh_token")
    assert token_requests() == asked + 1
    assert not set(before) & set(after)
    assert connected.token_expires_at > timezone.now() + timedelta(hours=11)


def test_a_token_that_allegro_refuses_is_replaced_once(
    connected: Any, token_requests: Callable[[], int]
) -> None:
    # Somebody else's refresh voids the access token (allegro-api#4115); ours looks good still.
    held = TokenSource(integration_id=connected.pk)
    held(fresh=False)
    refresh_tokens(
        integration_id=connected.pk, now=timezone.now(), refused=unseal(connected, "access_token")
    )
    asked = token_requests()

    fresh = held(fresh=True)

    connected.refresh_from_db()
    assert fresh == unseal(connected, "access_token")
    assert token_requests() == asked


def test_the_sweep_renews_what_is_due_and_nothing_else(
    connected: Any, token_requests: Callable[[], int]
) -> None:
    asked = token_requests()
    assert refresh_due(now=timezone.now()) == 0
    assert token_requests() == asked

    nearly_expired(connected)
    assert refresh_due(now=timezone.now()) == 0
    assert token_requests() == asked + 1


def test_paused_accounts_keep_their_tokens_fresh(
    connected: Any, owner: Any, token_requests: Callable[[], int]
) -> None:
    pause(integration=connected, actor=owner, now=timezone.now())
    nearly_expired(connected)
    asked = token_requests()
    refresh_due(now=timezone.now())

    connected.refresh_from_db()
    assert token_requests() == asked + 1
    assert connected.state == IntegrationState.PAUSED


def test_a_refused_refresh_token_stops_the_integration_and_tells_its_people(
    allegro: Any, connected: Any, owner: Any
) -> None:
    allegro.control("POST", "/tokens/revoke", {"seller": connected.seller_login})
    with allegro_client(integration=connected) as client, pytest.raises(NeedsReauth) as refused:
        client.me()

    connected.refresh_from_db()
    assert refused.value.code == "invalid_grant"
    assert refused.value.retryable
    assert refused.value.retry_after == 600
    assert connected.state == IntegrationState.NEEDS_REAUTH
    assert connected.refresh_token
    assert Notification.objects.get(user=owner).event == "integration.needs_reauth"


def test_a_stopped_integration_asks_allegro_nothing(
    allegro: Any, connected: Any, token_requests: Callable[[], int]
) -> None:
    Integration.objects.filter(pk=connected.pk).update(state=IntegrationState.NEEDS_REAUTH)
    asked = token_requests()
    with allegro_client(integration=connected) as client, pytest.raises(NeedsReauth):
        client.me()

    assert refresh_due(now=timezone.now() + timedelta(days=1)) == 0
    assert token_requests() == asked


def test_a_paused_integration_makes_no_calls_unless_a_person_looks(
    connected: Any, owner: Any
) -> None:
    pause(integration=connected, actor=owner, now=timezone.now())

    with allegro_client(integration=connected) as client, pytest.raises(NotWorking):
        client.me()
    with allegro_client(integration=connected, even_if_paused=True) as client:
        assert client.me()["login"] == connected.seller_login


def test_a_refresh_whose_answer_is_lost_is_repeated_with_the_same_token(
    allegro: Any, connected: Any, token_requests: Callable[[], int]
) -> None:
    old = unseal(connected, "refresh_token")
    nearly_expired(connected)
    # Both tries of one refresh are rotated at Allegro, and neither answer arrives.
    allegro.control(
        "POST", "/faults", {"kind": "drop", "route": TOKEN, "count": 2, "afterEffect": True}
    )
    now = timezone.now()
    with pytest.raises(Unavailable):
        refresh_tokens(integration_id=connected.pk, now=now)

    connected.refresh_from_db()
    assert unseal(connected, "refresh_token") == old
    assert connected.state == IntegrationState.CONNECTED
    assert connected.refresh_retry_at is not None
    assert connected.refresh_retry_at - now <= timedelta(seconds=20)

    allegro.advance(30)
    assert refresh_due(now=now + timedelta(seconds=30)) == 0
    connected.refresh_from_db()
    assert unseal(connected, "refresh_token") != old
    assert connected.refresh_retry_at is None
    with allegro_client(integration=connected) as client:
        assert str(client.me()["id"]) == connected.seller_id


def test_a_lost_refresh_that_is_never_repeated_in_time_asks_for_a_new_sign_in(
    allegro: Any, connected: Any
) -> None:
    nearly_expired(connected)
    allegro.control(
        "POST", "/faults", {"kind": "drop", "route": TOKEN, "count": 2, "afterEffect": True}
    )
    with pytest.raises(Unavailable):
        refresh_tokens(integration_id=connected.pk, now=timezone.now())
    allegro.advance(90)

    assert refresh_due(now=timezone.now() + timedelta(seconds=90)) == 1
    connected.refresh_from_db()
    assert connected.state == IntegrationState.NEEDS_REAUTH


def test_an_allegro_that_is_down_leaves_a_token_that_is_still_good_in_use(
    allegro: Any, connected: Any
) -> None:
    nearly_expired(connected)
    allegro.control("POST", "/faults", {"kind": "status", "route": TOKEN, "status": 503})
    with allegro_client(integration=connected) as client:
        assert client.me()["login"] == connected.seller_login

    connected.refresh_from_db()
    assert connected.refresh_failures == 1
    assert connected.state == IntegrationState.CONNECTED


def test_wrong_keys_of_ours_are_not_the_sellers_fault(connected: Any, settings: Any) -> None:
    nearly_expired(connected)
    settings.ALLEGRO_ENVIRONMENTS["sandbox"]["client_secret"] = "mistyped"
    with pytest.raises(AuthError):
        refresh_tokens(integration_id=connected.pk, now=timezone.now())

    connected.refresh_from_db()
    assert connected.state == IntegrationState.CONNECTED


def test_a_refresh_inside_a_transaction_is_refused_before_anything_is_sent(
    connected: Any, token_requests: Callable[[], int]
) -> None:
    asked = token_requests()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        refresh_tokens(integration_id=connected.pk, now=timezone.now(), refused="x")
    assert token_requests() == asked


def test_a_disconnected_integration_has_no_tokens_to_refresh(connected: Any, owner: Any) -> None:
    disconnect(integration=connected, actor=owner, now=timezone.now())

    connected.refresh_from_db()
    assert (connected.access_token, connected.refresh_token, connected.token_jti) == ("", "", "")
    with pytest.raises(NeedsReauth):
        refresh_tokens(integration_id=connected.pk, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_refresh(allegro: Any, login: str) -> None:
    from tests.factories import MembershipFactory

    member = MembershipFactory()
    integration = connect(
        organization=member.organization, user=member.user, sandbox=allegro, login=login
    )
    nearly_expired(integration)
    allegro.control("POST", "/faults", {"kind": "latency", "route": TOKEN, "latencyMs": 400})
    asked = allegro.control("GET", "/requests")["byRoute"][TOKEN]
    together, found = threading.Barrier(2), []

    def work() -> None:
        try:
            together.wait(10)
            found.append(TokenSource(integration_id=integration.pk)(fresh=False))
        except AllegroError as error:
            found.append(str(error))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    integration.refresh_from_db()
    assert found == [unseal(integration, "access_token")] * 2
    assert allegro.control("GET", "/requests")["byRoute"][TOKEN] == asked + 1


def test_an_account_that_cannot_be_refreshed_at_all_stops_no_other(
    connected: Any, organization: Any
) -> None:
    """Its environment is no longer set up here, or its secrets do not open: an operator's matter."""
    broken = [
        IntegrationFactory(organization=organization, environment=environment)
        for environment in (Environment.PRODUCTION, Environment.SANDBOX)
    ]
    Integration.objects.filter(pk__in=[one.pk for one in broken]).update(
        refresh_token="v1.999999.AAAA", token_expires_at=timezone.now() - timedelta(days=1)
    )
    before = nearly_expired(connected).token_jti

    assert refresh_due(now=timezone.now()) == 2

    connected.refresh_from_db()
    assert connected.token_jti != before
    assert {Integration.objects.get(pk=one.pk).state for one in broken} == {"CONNECTED"}
