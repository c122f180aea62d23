"""Categories through the API, from the sandbox over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from tests.integrations import connect

Api = Callable[[Any], Any]
ROOT = "/api/v1/allegro/categories"


@pytest.fixture
def account(transactional_db: None, allegro: Any, organization: Any, owner: Any) -> Any:
    return connect(
        organization=organization, user=owner, sandbox=allegro, login=allegro.sellers()[0]
    )


def test_the_tree_is_walked_from_the_top_to_a_leaf(api: Api, viewer: Any, account: Any) -> None:
    client = api(viewer)
    level = client.get(ROOT).json()["categories"]
    assert level
    assert all(one["parentId"] is None for one in level)
    while not level[0]["leaf"]:
        parent = level[0]["id"]
        level = client.get(f"{ROOT}?parentId={parent}").json()["categories"]
        assert {one["parentId"] for one in level} == {parent}
    leaf = client.get(f"{ROOT}/{level[0]['id']}").json()
    assert leaf["name"] == level[0]["name"]
    assert {"id", "name", "type", "required", "requiredForProduct", "unit", "dictionary"} == set(
        leaf["parameters"][0]
    )


def test_allegro_is_asked_once_and_an_old_copy_helps_when_it_is_away(
    api: Api, viewer: Any, account: Any, allegro: Any
) -> None:
    client = api(viewer)
    first = client.get(ROOT).json()
    allegro.control("DELETE", "/requests")
    assert client.get(ROOT).json() == first
    assert allegro.control("GET", "/requests")["total"] == 0
    key = f"allegro:{account.environment}:children:"
    cache.set(key, {**cache.get(key), "at": 0.0}, 60)
    allegro.control("POST", "/faults", {"kind": "status", "status": 503})
    assert client.get(ROOT).json() == first
    cache.clear()
    answer = client.get(ROOT)
    assert answer.status_code >= 500
    assert answer.json()["remedy"]


def test_an_unknown_category_is_404(api: Api, viewer: Any, account: Any) -> None:
    answer = api(viewer).get(f"{ROOT}/987654321")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
