"""The routes of tokens: states, sign-in by device, tokens given by hand, and none of them shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.sealed import unseal
from settings_app.enums import IntegrationState
from settings_app.models import DeviceAuthorization, Integration
from settings_app.operations import poll_device_due
from tests.integrations import confirm_device

V1 = "/api/v1"


def test_validating_tries_keys_and_tokens(
    allegro: Any, connected: Any, owner: Any, api: Any, settings: Any
) -> None:
    client = api(owner)
    good = client.post(f"{V1}/settings/validate/allegro").json()
    assert good["valid"] is True
    assert [one["environment"] for one in good["environments"]] == ["sandbox"]
    assert good["integrations"] == [
        {
            "integrationId": connected.pk,
            "valid": True,
            "login": connected.seller_login,
            "problem": "",
        }
    ]

    settings.ALLEGRO_ENVIRONMENTS["sandbox"]["client_secret"] = "mistyped"
    bad = client.post(f"{V1}/settings/validate/allegro", {"integrationId": connected.pk}).json()
    assert bad["valid"] is False
    assert "client id and secret" in bad["environments"][0]["problem"]
    assert bad["integrations"][0]["valid"] is True


def test_validating_while_allegro_is_down_says_so(
    allegro: Any, connected: Any, owner: Any, api: Any
) -> None:
    allegro.control("POST", "/faults", {"kind": "status", "route": "POST /auth/oauth/token"})
    answer = api(owner).post(f"{V1}/settings/validate/allegro")

    assert (answer.status_code, answer.json()["code"]) == (503, "allegro_unavailable")


def test_no_answer_holds_a_token(allegro: Any, connected: Any, owner: Any, api: Any) -> None:
    client, pk = api(owner), connected.pk
    answers = [
        client.get(f"{V1}/tokens/"),
        client.get(f"{V1}/tokens/{pk}"),
        client.put(f"{V1}/tokens/{pk}", {"label": "New name"}),
        client.get(f"{V1}/tokens/user/{owner.pk}"),
        client.post(f"{V1}/tokens/{pk}/validate"),
        client.get(f"{V1}/integrations/{pk}"),
        client.get(f"{V1}/integrations/{pk}/sync-health"),
        client.post(f"{V1}/tokens/{pk}/refresh"),
    ]
    before = [unseal(connected, name) for name in ("access_token", "refresh_token")]
    connected.refresh_from_db()
    after = [unseal(connected, name) for name in ("access_token", "refresh_token")]

    assert [answer.status_code for answer in answers] == [200] * 8
    text = "".join(answer.content.decode() for answer in answers)
    assert not [token for token in before + after if token in text]
    assert connected.access_token not in text
    assert before != after


def test_a_token_reads_as_whose_it_is_and_until_when(connected: Any, viewer: Any, api: Any) -> None:
    token = api(viewer).get(f"{V1}/tokens/{connected.pk}/").json()

    assert (token["id"], token["allegroUserId"]) == (connected.pk, connected.seller_id)
    assert token["isActive"] is True
    assert token["expiresAt"] < token["refreshExpiresAt"]


def test_a_token_is_paused_resumed_and_disconnected(connected: Any, owner: Any, api: Any) -> None:
    client, url = api(owner), f"{V1}/tokens/{connected.pk}"

    assert client.put(url, {"isActive": False}).json()["state"] == "PAUSED"
    assert client.put(url, {"isActive": True, "label": "Shop"}).json()["label"] == "Shop"
    assert client.delete(url).status_code == 204
    connected.refresh_from_db()
    assert (connected.state, connected.access_token) == (IntegrationState.DISCONNECTED, "")


def test_tokens_of_a_member_and_of_nobody(
    connected: Any, viewer: Any, outsider: Any, owner: Any, api: Any
) -> None:
    client = api(viewer)

    assert [t["id"] for t in client.get(f"{V1}/tokens/user/{owner.pk}").json()["items"]] == [
        connected.pk
    ]
    assert client.get(f"{V1}/tokens/user/{outsider.pk}").status_code == 404
    assert client.get(f"{V1}/tokens/user/999999999").status_code == 404


def test_refresh_and_validate_of_a_revoked_account(
    allegro: Any, connected: Any, owner: Any, api: Any
) -> None:
    client, url = api(owner), f"{V1}/tokens/{connected.pk}"
    allegro.control("POST", "/tokens/revoke", {"seller": connected.seller_login})

    refused = client.post(f"{url}/refresh")
    assert (refused.status_code, refused.json()["code"]) == (502, "allegro_refused")
    assert refused.json()["remedy"]
    verdict = client.post(f"{url}/validate").json()
    assert verdict["valid"] is False
    assert verdict["token"]["state"] == "NEEDS_REAUTH"


def test_device_flow_by_api(
    allegro: Any, organization: Any, owner: Any, api: Any, login: str
) -> None:
    client = api(owner)
    begun = client.post(
        f"{V1}/tokens/auth/initialize", {"environment": "sandbox", "label": "By API"}
    )
    row = DeviceAuthorization.objects.get()
    answer = begun.json()
    assert begun.status_code == 201
    assert answer["status"] == "pending"
    assert answer["userCode"] == row.user_code
    assert unseal(row, "device_code") not in begun.content.decode()
    assert answer["deviceCode"] == answer["taskId"] == str(row.public_id)

    confirm_device(row, login=login)
    poll_device_due(now=row.next_poll_at + timedelta(seconds=1))
    for path in (f"status/{answer['deviceCode']}", f"task/{answer['taskId']}"):
        settled = client.get(f"{V1}/tokens/auth/{path}").json()
        assert settled["status"] == "authorized"
        assert settled["integrationId"] == Integration.objects.get().pk
    assert client.get(f"{V1}/tokens/auth/status/no-such-code").status_code == 404


def test_a_token_is_taken_over_by_hand_and_proved_by_use(
    allegro: Any, organization: Any, owner: Any, api: Any, login: str
) -> None:
    given = allegro.tokens(login)["refresh_token"]
    answer = api(owner).post(
        f"{V1}/tokens/", {"environment": "sandbox", "label": "Moved", "refreshToken": given}
    )

    integration = Integration.objects.get()
    assert answer.status_code == 201
    assert answer.json()["allegroLogin"] == login
    assert given not in answer.content.decode()
    assert unseal(integration, "refresh_token") not in ("", given)


def test_a_token_that_allegro_does_not_know_makes_nothing(
    allegro: Any, organization: Any, owner: Any, api: Any
) -> None:
    answer = api(owner).post(f"{V1}/tokens/", {"environment": "sandbox", "refreshToken": "made-up"})

    assert answer.status_code == 502
    assert "made-up" not in answer.content.decode()
    assert not Integration.objects.exists()
