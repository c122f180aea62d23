"""What no person sends: every answer says what is wrong, none is our failure."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User

LONG = "9" * 5000
LISTS = ["/products/", "/stock/", "/stock/movements/", "/offers/", "/orders/", "/imports/", "/syncs/",
         "/events/", "/notifications/"]  # fmt: skip


@pytest.fixture
def client(owner: User, page: Any) -> Any:
    signed_in = page(owner)
    signed_in.raise_request_exception = False
    return signed_in


@pytest.mark.parametrize("path", LISTS)
def test_a_page_number_of_thousands_of_digits_is_the_first_page(client: Any, path: str) -> None:
    assert client.get(path, {"page": LONG}).status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_nul_in_a_search_is_told_to_be_unreadable(client: Any, path: str) -> None:
    answer = client.get(path, {"q": "a\0b"})
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


def test_a_nul_in_the_api_is_a_problem(owner: User, api: Any) -> None:
    for path, query in (
        ("/api/v1/products", {"search": "\0"}),
        ("/api/v1/products/code/a%00b", {}),
    ):
        answer = api(owner).get(path, query)
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "unreadable"


@pytest.mark.parametrize("named", [LONG, "9" * 18, "-1", "x", "٣", "0", ""])
def test_an_organization_that_is_no_number_is_not_found(client: Any, named: str) -> None:
    assert client.post("/organization/switch/", {"organization": named}).status_code == 404


def test_the_api_finds_no_organization_under_a_number_nobody_can_have(
    owner: User, api: Any
) -> None:
    answer = api(owner).get("/api/v1/products", headers={"X-Organization-Id": LONG})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/stock/movements/", {"product": LONG}),
        ("/api/v1/allegro/categories", {"integrationId": LONG}),
        ("/api/v1/import/jobs/1/preview", {"page": LONG}),
    ],
)
def test_a_number_no_row_can_have_names_nothing(
    owner: User, api: Any, client: Any, path: str, query: dict[str, str]
) -> None:
    caller = api(owner) if path.startswith("/api/") else client
    assert caller.get(path, query).status_code == 404


def test_marking_a_notice_that_nobody_can_have_changes_nothing(client: Any) -> None:
    assert client.post("/notifications/read/", {"pk": LONG}).status_code == 302


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_at_the_ends_of_the_calendar(owner: User, api: Any, client: Any, day: str) -> None:
    assert client.get("/orders/", {"since": day, "until": day}).status_code == 200
    assert api(owner).get("/api/v1/orders", {"to": day}).status_code == 400
    assert api(owner).get("/api/v1/orders", {"from": f"{day}T00:00:00+14:00"}).status_code == 400


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000])
def test_json_nested_too_deeply_is_refused_like_any_broken_json(
    owner: User, api: Any, body: str
) -> None:
    answer = api(owner).generic("POST", "/api/v1/products", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize("path", ["/api/v1/products", "/api/v1/import/jobs/1/confirm"])
def test_half_of_a_surrogate_pair_is_refused_like_any_broken_json(
    owner: User, api: Any, path: str
) -> None:
    client = api(owner)
    broken = '{"code": "A", "name": "\\ud800", "stockMeaning": "\\udc00"}'
    answer = client.generic("POST", path, broken, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    whole = '{"code": "A", "name": "\\ud83d\\ude00"}'
    answer = client.generic("POST", "/api/v1/products", whole, content_type="application/json")
    assert answer.status_code == 201


def test_an_address_of_the_api_that_does_not_exist_is_a_problem(owner: User, api: Any) -> None:
    answer = api(owner).get("/api/v1/nothing-here")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_limits_do_not_believe_a_caller_about_its_own_address(db: None, api: Any) -> None:
    from rest_framework.test import APIClient

    statuses = [
        APIClient()
        .post(
            "/api/v1/auth/refresh",
            {"refreshToken": "x"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )
        .status_code
        for number in range(11)
    ]
    assert statuses[-1] == 429
