"""Connecting a seller the way people do it, on the sandbox's pages."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from connectors.allegro import (
    SCOPES,
    AllegroOAuth,
    AuthError,
    DeviceCode,
    DeviceDenied,
    DeviceExpired,
    DevicePending,
    DeviceSlowDown,
    Endpoints,
    TokenPair,
    pkce_pair,
)
from tests.contract.conftest import BACK, ClientOf, Hand, consent
from tests.sandbox_server import CLIENT_ID, USER_AGENT


def test_consent_gives_tokens_of_the_seller_who_gave_it(
    tokens: TokenPair, client_of: ClientOf, seller: dict[str, Any]
) -> None:
    assert set(tokens.scopes) == set(SCOPES)
    assert tokens.expires_in == 43_199
    assert tokens.jti
    me = client_of().me()
    assert (me["id"], me["login"]) == (seller["id"], seller["login"])


def test_a_code_with_another_verifier_is_refused(
    oauth: AllegroOAuth, seller: dict[str, Any]
) -> None:
    code = consent(oauth, seller["login"], challenge=pkce_pair()[1])
    with pytest.raises(AuthError) as caught:
        oauth.exchange_code(code=code, redirect_uri=BACK, code_verifier=pkce_pair()[0])
    assert caught.value.code == "invalid_grant"
    assert code not in str(caught.value)


def test_a_code_works_once_and_for_ten_seconds(
    oauth: AllegroOAuth, seller: dict[str, Any], hand: Hand
) -> None:
    verifier, challenge = pkce_pair()
    code = consent(oauth, seller["login"], challenge=challenge)
    oauth.exchange_code(code=code, redirect_uri=BACK, code_verifier=verifier)
    late = consent(oauth, seller["login"], challenge=challenge)
    hand("POST", "/clock", advance=11)
    for spent in (code, late):
        with pytest.raises(AuthError) as caught:
            oauth.exchange_code(code=spent, redirect_uri=BACK, code_verifier=verifier)
        assert caught.value.code == "invalid_grant"


def test_a_refresh_rotates_the_pair(
    oauth: AllegroOAuth, tokens: TokenPair, client_of: ClientOf
) -> None:
    fresh = oauth.refresh(refresh_token=tokens.refresh_token, redirect_uri=BACK)
    assert fresh.access_token != tokens.access_token
    assert fresh.refresh_token != tokens.refresh_token
    with pytest.raises(AuthError):
        client_of().me()
    assert client_of(access_token=lambda refused: fresh.access_token).me()["id"]


def test_an_old_refresh_token_works_for_a_minute_and_then_no_more(
    oauth: AllegroOAuth, tokens: TokenPair, hand: Hand
) -> None:
    oauth.refresh(refresh_token=tokens.refresh_token)
    oauth.refresh(refresh_token=tokens.refresh_token)
    hand("POST", "/clock", advance=61)
    with pytest.raises(AuthError) as caught:
        oauth.refresh(refresh_token=tokens.refresh_token)
    assert caught.value.code == "invalid_grant"
    assert tokens.refresh_token not in str(caught.value)


def test_a_revoked_consent_is_invalid_grant(
    oauth: AllegroOAuth, tokens: TokenPair, hand: Hand, seller: dict[str, Any]
) -> None:
    hand("POST", "/tokens/revoke", seller=seller["login"])
    with pytest.raises(AuthError) as caught:
        oauth.refresh(refresh_token=tokens.refresh_token)
    assert caught.value.code == "invalid_grant"


def test_a_wrong_secret_is_unauthorized(endpoints: Endpoints) -> None:
    wrong = AllegroOAuth(
        endpoints=endpoints, client_id=CLIENT_ID, client_secret="wrong", user_agent=USER_AGENT
    )
    with pytest.raises(AuthError) as caught:
        wrong.client_token()
    assert (caught.value.status, caught.value.code) == (401, "Unauthorized")


def test_the_application_itself_reads_public_data_only(
    oauth: AllegroOAuth, client_of: ClientOf
) -> None:
    token = oauth.client_token()
    assert token.refresh_token == ""
    client = client_of(access_token=lambda refused: token.access_token)
    assert client.categories()


@pytest.fixture
def device(oauth: AllegroOAuth) -> DeviceCode:
    return oauth.device_code(SCOPES)


def answer_device(device: DeviceCode, login: str, decision: str) -> None:
    page = device.verification_uri.partition("?")[0]
    form = {"code": device.user_code, "login": login, "decision": decision}
    assert requests.post(page, data=form, timeout=10).ok


def test_a_device_code_becomes_tokens_once_confirmed(
    oauth: AllegroOAuth,
    device: DeviceCode,
    seller: dict[str, Any],
    client_of: ClientOf,
    hand: Hand,
) -> None:
    assert requests.get(device.verification_uri_complete, timeout=10).ok
    with pytest.raises(DevicePending):
        oauth.poll_device(device_code=device.device_code)
    hand("POST", "/clock", advance=device.interval + 1)
    answer_device(device, seller["login"], "allow")
    pair = oauth.poll_device(device_code=device.device_code)
    client = client_of(access_token=lambda refused: pair.access_token)
    assert client.me()["login"] == seller["login"]
    assert oauth.refresh(refresh_token=pair.refresh_token).access_token
    hand("POST", "/clock", advance=30)
    with pytest.raises(DeviceExpired):
        oauth.poll_device(device_code=device.device_code)


def test_polling_too_fast_asks_to_slow_down(oauth: AllegroOAuth, device: DeviceCode) -> None:
    with pytest.raises(DevicePending):
        oauth.poll_device(device_code=device.device_code)
    time.sleep(0.05)
    with pytest.raises(DeviceSlowDown):
        oauth.poll_device(device_code=device.device_code)


def test_a_denied_device_is_told(
    oauth: AllegroOAuth, device: DeviceCode, seller: dict[str, Any]
) -> None:
    answer_device(device, seller["login"], "deny")
    with pytest.raises(DeviceDenied):
        oauth.poll_device(device_code=device.device_code)


def test_an_old_device_code_is_expired(oauth: AllegroOAuth, device: DeviceCode, hand: Hand) -> None:
    hand("POST", "/clock", advance=3601)
    with pytest.raises(DeviceExpired):
        oauth.poll_device(device_code=device.device_code)
