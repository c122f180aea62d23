"""Tokens: what is sent, what comes back, and that nothing of it leaks."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.allegro import (
    AllegroOAuth,
    AuthError,
    DeviceDenied,
    DeviceExpired,
    DevicePending,
    DeviceSlowDown,
    RateLimited,
    TokenPair,
    Unavailable,
    pkce_pair,
)
from tests.connectors.conftest import USER_AGENT
from tests.connectors.scripted_server import Reply, ScriptedServer, Seen

OAuthOf = Callable[[ScriptedServer], AllegroOAuth]
ISSUED = {
    "access_token": "access-1",
    "refresh_token": "refresh-1",
    "token_type": "bearer",
    "expires_in": 43199,
    "scope": "allegro:api:orders:read allegro:api:orders:write",
    "jti": "jti-1",
}


def reply(body: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json.dumps(body).encode(), headers)


def refused(error: str, description: str = "no", status: int = 400) -> Reply:
    return reply({"error": error, "error_description": description}, status)


def form(seen: Seen) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}


def test_pkce_challenge_is_the_hash_of_its_verifier() -> None:
    verifier, challenge = pkce_pair()
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    assert challenge == digest.decode().rstrip("=")
    assert 43 <= len(verifier) <= 128
    assert pkce_pair()[0] != verifier


def test_the_authorization_address_carries_everything(oauth_of: OAuthOf) -> None:
    with ScriptedServer() as server:
        address = oauth_of(server).authorization_url(
            redirect_uri="https://hub.example/back?x=1",
            state="s t",
            code_challenge="c",
            scopes=("a:b", "c:d"),
        )
    assert address.startswith(f"{server.url}/auth/oauth/authorize?")
    assert " " not in address
    assert "+" not in address
    assert {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()} == {
        "response_type": "code",
        "client_id": "our-app",
        "redirect_uri": "https://hub.example/back?x=1",
        "state": "s t",
        "code_challenge": "c",
        "code_challenge_method": "S256",
        "scope": "a:b c:d",
        "prompt": "confirm",
    }


def test_without_scopes_allegro_grants_the_registered_ones(oauth_of: OAuthOf) -> None:
    with ScriptedServer() as server:
        address = oauth_of(server).authorization_url(
            redirect_uri="http://x", state="s", code_challenge="c", confirm=False
        )
    assert "scope=" not in address
    assert "prompt=" not in address


def test_a_code_becomes_tokens_by_parameters_in_the_body(oauth_of: OAuthOf) -> None:
    with ScriptedServer(reply(ISSUED)) as server:
        pair = oauth_of(server).exchange_code(
            code="the code/+", redirect_uri="http://x/back", code_verifier="v"
        )
    assert pair == TokenPair(
        "access-1",
        "refresh-1",
        43199,
        ("allegro:api:orders:read", "allegro:api:orders:write"),
        "jti-1",
    )
    seen = server.seen[0]
    assert (seen.method, seen.path) == ("POST", "/auth/oauth/token")
    assert (
        seen.headers["authorization"] == "Basic " + base64.b64encode(b"our-app:our-secret").decode()
    )
    assert seen.headers["user-agent"] == USER_AGENT
    assert form(seen) == {
        "grant_type": "authorization_code",
        "code": "the code/+",
        "redirect_uri": "http://x/back",
        "code_verifier": "v",
    }


def test_printing_tokens_shows_none(oauth_of: OAuthOf) -> None:
    with ScriptedServer(reply(ISSUED)) as server:
        assert "access-1" not in repr(oauth_of(server).client_token())


def test_a_refresh_sends_the_redirect_only_where_there_was_one(oauth_of: OAuthOf) -> None:
    with ScriptedServer(reply(ISSUED)) as server:
        oauth = oauth_of(server)
        oauth.refresh(refresh_token="old")
        oauth.refresh(refresh_token="old", redirect_uri="http://x")
    assert form(server.seen[0]) == {"grant_type": "refresh_token", "refresh_token": "old"}
    assert form(server.seen[1])["redirect_uri"] == "http://x"


@pytest.mark.parametrize("fault", [Reply(drop=True), Reply(502, b"<html>"), Reply(200, b'{"acc')])
def test_a_refresh_whose_answer_was_lost_is_tried_once_more(
    oauth_of: OAuthOf, fault: Reply
) -> None:
    with ScriptedServer(fault, reply(ISSUED)) as server:
        assert oauth_of(server).refresh(refresh_token="old").access_token == "access-1"
    assert [form(one)["refresh_token"] for one in server.seen] == ["old", "old"]


def test_a_refresh_is_not_tried_for_ever(oauth_of: OAuthOf) -> None:
    with ScriptedServer(Reply(500)) as server, pytest.raises(Unavailable) as caught:
        oauth_of(server).refresh(refresh_token="old")
    assert len(server.seen) == 2
    assert caught.value.retryable


def test_a_code_is_not_sent_twice(oauth_of: OAuthOf) -> None:
    with ScriptedServer(Reply(500)) as server, pytest.raises(Unavailable):
        oauth_of(server).exchange_code(code="c", redirect_uri="http://x", code_verifier="v")
    assert len(server.seen) == 1


def test_a_dead_refresh_token_is_told_and_not_shown(
    oauth_of: OAuthOf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE2MDAwMDAwMDB9.c2lnbmF0dXJl"
    answer = refused("invalid_grant", f"Invalid refresh token: {token}")
    with ScriptedServer(answer) as server, pytest.raises(AuthError) as caught:
        oauth_of(server).refresh(refresh_token=token)
    assert (caught.value.code, caught.value.status) == ("invalid_grant", 400)
    assert not caught.value.retryable
    assert len(server.seen) == 1
    assert token not in str(caught.value)
    assert token not in caplog.text + str([vars(one) for one in caplog.records])


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (reply({"error": "Unauthorized"}, 401), AuthError, "Unauthorized"),
        (refused("unsupported_grant_type"), AuthError, "unsupported_grant_type"),
        (reply({"error": "too_many"}, 429), RateLimited, "too_many"),
        (Reply(503, b"<html>"), Unavailable, "unusable_answer"),
        (Reply(403, b"<html>"), Unavailable, "unusable_answer"),
        (Reply(200, b"<html>"), Unavailable, "unusable_answer"),
        (reply({"expires_in": 1}), Unavailable, "unusable_answer"),
        (reply([]), Unavailable, "unusable_answer"),
        (Reply(302, b"", {"Location": "http://elsewhere"}), Unavailable, "unusable_answer"),
        (Reply(drop=True), Unavailable, "no_answer"),
    ],
)
def test_refusals_of_the_token_endpoint(
    oauth_of: OAuthOf, answer: Reply, kind: type[Exception], code: str
) -> None:
    with ScriptedServer(answer) as server, pytest.raises(kind) as caught:
        oauth_of(server).client_token()
    assert type(caught.value) is kind
    assert getattr(caught.value, "code", None) == code


def test_a_rate_limit_tells_when_to_come_back(oauth_of: OAuthOf) -> None:
    with (
        ScriptedServer(reply({"error": "x"}, 429, **{"Retry-After": "17"})) as server,
        pytest.raises(RateLimited) as caught,
    ):
        oauth_of(server).refresh(refresh_token="old")
    assert caught.value.retry_after == 17
    assert len(server.seen) == 1


def test_a_device_code_is_read_with_its_defaults(oauth_of: OAuthOf) -> None:
    body = {
        "device_code": "d-1",
        "user_code": "abc def",
        "verification_uri": "https://allegro.pl/skojarz-aplikacje",
        "verification_uri_complete": None,
        "interval": None,
    }
    with ScriptedServer(reply(body)) as server:
        code = oauth_of(server).device_code(("a:b",))
    assert (code.expires_in, code.interval, code.verification_uri_complete) == (3600, 5, "")
    assert server.seen[0].path == "/auth/oauth/device"
    assert form(server.seen[0]) == {"client_id": "our-app", "scope": "a:b"}
    assert "d-1" not in repr(code)


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        ("authorization_pending", DevicePending, True),
        ("slow_down", DeviceSlowDown, True),
        ("access_denied", DeviceDenied, False),
        ("expired_token", DeviceExpired, False),
        ("invalid_request", DeviceExpired, False),
        ("invalid_client", AuthError, False),
    ],
)
def test_polling_a_device_code_tells_what_to_do(
    oauth_of: OAuthOf, error: str, kind: type[AuthError], retryable: bool
) -> None:
    with ScriptedServer(refused(error)) as server, pytest.raises(AuthError) as caught:
        oauth_of(server).poll_device(device_code="d-1")
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.retryable) == (error, retryable)
    assert form(server.seen[0])["grant_type"] == "urn:ietf:params:oauth:grant-type:device_code"
    assert b"%3A" in server.seen[0].body
    assert b"%253A" not in server.seen[0].body


def test_a_confirmed_device_code_gives_tokens(oauth_of: OAuthOf) -> None:
    with ScriptedServer(reply(ISSUED)) as server:
        assert oauth_of(server).poll_device(device_code="d-1").jti == "jti-1"
