from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Api
from tests.sandbox_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    PUBLIC,
    REDIRECT_URI,
    USER_AGENT,
    SandboxServer,
)

VERIFIER = "v" * 64
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def _refused(response: requests.Response, error: str, text: str = "") -> None:
    assert response.status_code == 400, response.text
    assert response.json()["error"] == error
    assert text in response.json().get("error_description", "")


def _exchange(sandbox: SandboxServer, code: str, **more: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    return sandbox.token_request(**{**form, **more})


def _me(sandbox: SandboxServer, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Accept": PUBLIC, "User-Agent": USER_AGENT}
    return requests.get(f"{sandbox.base_url}/me", headers=headers, timeout=10).status_code


def test_code_exchange_gives_a_pair_of_tokens(sandbox: SandboxServer, login: str) -> None:
    tokens = sandbox.tokens(login)
    assert tokens["expires_in"] == 43_199
    assert tokens["allegro_api"] is True
    payload = tokens["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["user_name"] == sandbox.seller(login)["id"]
    assert claims["client_id"] == CLIENT_ID
    assert "allegro:api:orders:read" in claims["scope"]
    assert _me(sandbox, tokens["access_token"]) == 200


def test_code_is_good_once(sandbox: SandboxServer, login: str) -> None:
    code = sandbox.authorization_code(login)
    assert _exchange(sandbox, code).status_code == 200
    _refused(_exchange(sandbox, code), "invalid_grant")


def test_code_lives_ten_seconds(sandbox: SandboxServer, login: str) -> None:
    code = sandbox.authorization_code(login)
    sandbox.advance(11)
    _refused(_exchange(sandbox, code), "invalid_grant")


def test_wrong_verifier_spends_the_code(sandbox: SandboxServer, login: str) -> None:
    code = sandbox.authorization_code(login, verifier=VERIFIER)
    _refused(_exchange(sandbox, code, code_verifier="w" * 64), "invalid_grant", "verifier")
    _refused(_exchange(sandbox, code, code_verifier=VERIFIER), "invalid_grant")


def test_other_redirect_uri_is_refused(sandbox: SandboxServer, login: str) -> None:
    code = sandbox.authorization_code(login)
    other = _exchange(sandbox, code, redirect_uri="http://127.0.0.1:9/other")
    _refused(other, "invalid_grant", "Redirect")


def test_parameters_in_the_query_are_refused(sandbox: SandboxServer, login: str) -> None:
    refresh = sandbox.tokens(login)["refresh_token"]
    response = requests.post(
        f"{sandbox.auth_url}/token",
        params={"grant_type": "refresh_token", "refresh_token": refresh},
        auth=(CLIENT_ID, CLIENT_SECRET),
        timeout=10,
    )
    _refused(response, "invalid_request")


def test_wrong_secret_is_unauthorized(sandbox: SandboxServer) -> None:
    response = requests.post(
        f"{sandbox.auth_url}/token",
        data={"grant_type": "client_credentials"},
        auth=(CLIENT_ID, "wrong"),
        timeout=10,
    )
    assert (response.status_code, response.json()) == (401, {"error": "Unauthorized"})


def test_refresh_voids_the_old_access_token(sandbox: SandboxServer, login: str) -> None:
    first = sandbox.tokens(login)
    second = sandbox.token_request(
        grant_type="refresh_token", refresh_token=first["refresh_token"]
    ).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert _me(sandbox, first["access_token"]) == 401
    assert _me(sandbox, second["access_token"]) == 200


def test_used_refresh_token_works_for_sixty_seconds(sandbox: SandboxServer, login: str) -> None:
    refresh = sandbox.tokens(login)["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    assert sandbox.token_request(**form).status_code == 200
    sandbox.advance(55)
    assert sandbox.token_request(**form).status_code == 200
    sandbox.advance(10)
    _refused(sandbox.token_request(**form), "invalid_grant", "Invalid refresh token")


def test_lost_rotation_can_be_repeated(sandbox: SandboxServer, login: str) -> None:
    refresh = sandbox.tokens(login)["refresh_token"]
    lost = {"kind": "drop", "route": "POST /auth/oauth/token", "afterEffect": True, "count": 1}
    sandbox.control("POST", "/faults", {**lost, "seller": login})
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    with pytest.raises(requests.ConnectionError):
        sandbox.token_request(**form)
    assert sandbox.token_request(**form).status_code == 200


def test_access_token_expires(sandbox: SandboxServer, login: str) -> None:
    sandbox.control("POST", "/settings", {"accessTokenSeconds": 30})
    token = sandbox.tokens(login)["access_token"]
    assert _me(sandbox, token) == 200
    sandbox.advance(31)
    assert _me(sandbox, token) == 401


def test_revoked_grant_ends_both_tokens(sandbox: SandboxServer, login: str) -> None:
    tokens = sandbox.tokens(login)
    assert sandbox.control("POST", "/tokens/revoke", {"seller": login}) == {"revoked": 1}
    assert _me(sandbox, tokens["access_token"]) == 401
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    _refused(sandbox.token_request(**form), "invalid_grant")


def test_narrow_scope_is_forbidden_elsewhere(sandbox: SandboxServer, login: str) -> None:
    api = Api(sandbox, login, None)
    api.tokens = sandbox.tokens(login, scope="allegro:api:profile:read allegro:api:no:such")
    assert api.tokens["scope"] == "allegro:api:profile:read"
    assert api("GET", "/me").status_code == 200
    refused = api("GET", "/order/events")
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["code"] == "AccessDenied"


def test_application_token_reads_public_data_only(sandbox: SandboxServer, login: str) -> None:
    api = Api(sandbox, login, None)
    api.tokens = sandbox.token_request(grant_type="client_credentials").json()
    assert "refresh_token" not in api.tokens
    assert api("GET", "/sale/categories").status_code == 200
    assert api("GET", "/me").status_code == 403


def _device(sandbox: SandboxServer) -> dict[str, Any]:
    found: dict[str, Any] = requests.post(
        f"{sandbox.auth_url}/device",
        data={"client_id": CLIENT_ID},
        auth=(CLIENT_ID, CLIENT_SECRET),
        timeout=10,
    ).json()
    return found


def _poll(sandbox: SandboxServer, device: dict[str, Any]) -> requests.Response:
    return sandbox.token_request(grant_type=DEVICE_GRANT, device_code=device["device_code"])


def _decide(device: dict[str, Any], decision: str, login: str = "") -> requests.Response:
    form = {"code": device["user_code"], "login": login, "decision": decision}
    return requests.post(device["verification_uri"], data=form, timeout=10)


def test_device_flow(sandbox: SandboxServer, login: str) -> None:
    device = _device(sandbox)
    assert (device["interval"], device["expires_in"]) == (5, 3600)
    _refused(_poll(sandbox, device), "authorization_pending", "not authorized")
    _refused(_poll(sandbox, device), "slow_down")
    assert _decide(device, "allow", login).status_code == 200
    sandbox.advance(11)
    tokens = _poll(sandbox, device).json()
    assert _me(sandbox, tokens["access_token"]) == 200
    sandbox.advance(11)
    _refused(_poll(sandbox, device), "invalid_request", "Invalid device code")


def test_denied_device_code(sandbox: SandboxServer) -> None:
    device = _device(sandbox)
    _decide(device, "deny")
    _refused(_poll(sandbox, device), "access_denied")


def test_expired_device_code(sandbox: SandboxServer) -> None:
    device = _device(sandbox)
    sandbox.advance(3601)
    _refused(_poll(sandbox, device), "invalid_request", "Invalid device code")
    page = requests.get(device["verification_uri_complete"], timeout=10)
    assert "wrong, used or expired" in page.text


def _consent(sandbox: SandboxServer, **change: str) -> requests.Response:
    query = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "state": "<script>",
        "prompt": "confirm",
        **change,
    }
    address = f"{sandbox.auth_url}/authorize"
    return requests.get(address, params=query, timeout=10, allow_redirects=False)


def test_consent_page_shows_sellers_and_escapes(sandbox: SandboxServer, login: str) -> None:
    response = _consent(sandbox)
    assert response.status_code == 200
    assert f'value="{login}"' in response.text
    assert "<script>" not in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "change", [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}]
)
def test_consent_never_redirects_to_strangers(
    sandbox: SandboxServer, change: dict[str, str]
) -> None:
    response = _consent(sandbox, **change)
    assert response.status_code == 400
    assert "Location" not in response.headers


def test_denied_consent_goes_back_with_an_error(sandbox: SandboxServer) -> None:
    form = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "state": "abc",
        "decision": "deny",
    }
    response = requests.post(
        f"{sandbox.auth_url}/authorize", data=form, timeout=10, allow_redirects=False
    )
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert (query["error"], query["state"]) == (["access_denied"], ["abc"])
