"""Every list of the product takes as many queries for three rows of everything as for one.

New lists are found in the URL resolver, new tables in the app registry.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organization, User
from tests.allegro_hub.populated import populate
from tests.allegro_hub.test_isolation import ROUTES, _address, _has_parameter

LISTS = sorted({_address(route, User()) for route, _p in ROUTES if not _has_parameter(route)})


def _counts(clients: dict[str, Any], addresses: list[str]) -> dict[str, list[str]]:
    """The queries of each address that answers; each is asked once before, to warm up."""
    taken: dict[str, list[str]] = {}
    for address in addresses:
        client = clients["api" if address.startswith("/api/") else "page"]
        if client.get(address).status_code != 200:
            continue
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        taken[address] = [query["sql"] for query in queries]
    return taken


def _growing(one: dict[str, list[str]], three: dict[str, list[str]]) -> dict[str, str]:
    return {
        address: f"{len(one[address])} -> {len(sqls)}: "
        + next((sql[:300] for sql in sqls if sqls.count(sql) > 1), sqls[-1][:300] if sqls else "")
        for address, sqls in three.items()
        if address in one and len(sqls) > len(one[address])
    }


def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    organization: Organization, owner: User, page: Any, api: Any
) -> None:
    clients = {"page": page(owner), "api": api(owner)}
    populate(organization)
    one = _counts(clients, LISTS)
    assert len([address for address in one if address.startswith("/api/v1/")]) >= 10
    assert len([address for address in one if not address.startswith("/api/")]) >= 10
    for again in (1, 2):
        populate(organization, again=again)
    assert _growing(one, _counts(clients, LISTS)) == {}


def test_tables_of_the_admin_take_as_many_queries_for_three_rows_as_for_one(
    organization: Organization, owner: User, operator: User, page: Any
) -> None:
    tables = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    clients = {"page": page(operator)}
    populate(organization)
    one = _counts(clients, tables)
    assert len(one) >= 20
    for again in (1, 2):
        populate(organization, again=again)
    assert _growing(one, _counts(clients, tables)) == {}


@pytest.mark.parametrize("known", ["/orders/", "/products/", "/api/v1/orders", "/api/v1/sync/jobs"])
def test_the_walk_sees_the_lists(known: str) -> None:
    assert known.strip("/") in {address.strip("/") for address in LISTS}
