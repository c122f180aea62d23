from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from rest_framework.test import APIClient

from accounts.models import Membership, RefreshFamily, User
from tests.factories import PASSWORD

NEW = {
    "email": "Ola@example.com",
    "password": "trzy-zielone-kubki",
    "firstName": "Ola",
    "organizationName": "Kubki Oli",
}


@pytest.fixture
def client() -> APIClient:
    return APIClient()


@pytest.fixture
def confirmed(owner: User) -> User:
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    return owner


def _sign_in(client: APIClient, user: User) -> dict[str, Any]:
    answer = client.post("/api/v1/auth/login", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_register_makes_person_and_organization_and_mails_a_link(
    db: None, client: APIClient
) -> None:
    answer = client.post("/api/v1/auth/register", NEW)
    assert (answer.status_code, answer.json()) == (201, {"status": "confirmation_sent"})
    membership = Membership.objects.get(user__email="ola@example.com")
    assert (membership.role, membership.organization.name) == ("owner", "Kubki Oli")
    assert membership.user.first_name == "Ola"
    assert mail.outbox[0].to == ["ola@example.com"]
    assert "confirm-email" in mail.outbox[0].body


def test_register_then_confirm_then_login(db: None, client: APIClient) -> None:
    client.post("/api/v1/auth/register", NEW)
    body = {"email": "ola@example.com", "password": NEW["password"]}
    assert client.post("/api/v1/auth/login", body).status_code == 401
    link = re.search(r"/accounts/confirm-email/[^\s]+", str(mail.outbox[0].body))
    assert link
    client.post(link[0])
    answer = client.post("/api/v1/auth/login", body)
    assert answer.status_code == 200
    assert answer.json()["organizations"][0]["name"] == "Kubki Oli"


def test_register_twice_answers_the_same_and_makes_nothing(db: None, client: APIClient) -> None:
    first = client.post("/api/v1/auth/register", NEW)
    second = client.post("/api/v1/auth/register", NEW | {"organizationName": "Another"})
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert User.objects.count() == 1
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"), [({"password": "12345"}, "password"), ({"email": "no"}, "email")]
)
def test_register_with_bad_values_names_the_field(
    db: None, client: APIClient, change: dict[str, str], field: str
) -> None:
    answer = client.post("/api/v1/auth/register", NEW | change)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]
    assert User.objects.count() == 0


def test_login_gives_tokens_that_work(client: APIClient, confirmed: User) -> None:
    tokens = _sign_in(client, confirmed)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['accessToken']}")
    answer = client.get("/api/v1/auth/me").json()
    assert answer["email"] == confirmed.email
    assert answer["organizations"] == tokens["organizations"]


def test_login_with_a_wrong_password_says_no_more_than_that(
    client: APIClient, confirmed: User
) -> None:
    answers = [
        client.post("/api/v1/auth/login", {"email": email, "password": "wrong"})
        for email in (confirmed.email, "nobody@example.com")
    ]
    assert [a.status_code for a in answers] == [401, 401]
    bodies = [{k: v for k, v in a.json().items() if k != "correlationId"} for a in answers]
    assert bodies[0] == bodies[1]


def test_login_is_throttled(client: APIClient, confirmed: User) -> None:
    body = {"email": confirmed.email, "password": "wrong"}
    statuses = [client.post("/api/v1/auth/login", body).status_code for _ in range(12)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_refresh_gives_a_new_pair_each_time(client: APIClient, confirmed: User) -> None:
    tokens = _sign_in(client, confirmed)
    seen = {tokens["refreshToken"]}
    for _ in range(3):
        answer = client.post("/api/v1/auth/refresh", {"refreshToken": tokens["refreshToken"]})
        assert answer.status_code == 200
        tokens = answer.json()
        seen.add(tokens["refreshToken"])
    assert len(seen) == 4


def test_a_refresh_token_used_twice_ends_the_whole_sign_in(
    client: APIClient, confirmed: User
) -> None:
    first = _sign_in(client, confirmed)["refreshToken"]
    second = client.post("/api/v1/auth/refresh", {"refreshToken": first}).json()["refreshToken"]
    reused = client.post("/api/v1/auth/refresh", {"refreshToken": first})
    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_refused")
    assert client.post("/api/v1/auth/refresh", {"refreshToken": second}).status_code == 401
    assert RefreshFamily.objects.get().revoked_reason == "reuse"


def test_a_second_sign_in_survives_the_end_of_the_first(client: APIClient, confirmed: User) -> None:
    first, second = (_sign_in(client, confirmed)["refreshToken"] for _ in range(2))
    client.post("/api/v1/auth/logout", {"refreshToken": first})
    assert client.post("/api/v1/auth/refresh", {"refreshToken": first}).status_code == 401
    assert client.post("/api/v1/auth/refresh", {"refreshToken": second}).status_code == 200


def test_an_access_token_is_no_refresh_token(client: APIClient, confirmed: User) -> None:
    tokens = _sign_in(client, confirmed)
    answer = client.post("/api/v1/auth/refresh", {"refreshToken": tokens["accessToken"]})
    assert answer.status_code == 401


def test_the_routes_answer_under_both_prefixes_and_with_a_slash(
    client: APIClient, confirmed: User
) -> None:
    body = {"email": confirmed.email, "password": PASSWORD}
    for path in ("/api/auth/login", "/api/auth/login/", "/api/v1/auth/login/"):
        assert client.post(path, body).status_code == 200
