"""The operators' admin: every table is there, every page opens, nothing secret is on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from accounts.models import Organization, User
from core.sealed import sealed_columns
from tests.allegro_hub.populated import PK, populate, tenant_models

OURS = {
    "core", "accounts", "notifications", "settings_app", "products", "inventory", "offers",
    "orders", "invoices", "imports", "syncs", "webhooks",
}  # fmt: skip
# Tables without a page of their own, each with the reason.
WITHOUT = {
    "products.Product_categories": "the many-to-many table behind a product's page",
}
SEALED = "v1.1.c2VhbGVkLXRleHQ="


@pytest.fixture
def rows(organization: Organization, owner: User) -> Any:
    made = populate(organization)
    for model, field in sealed_columns():
        model._default_manager.update(**{field: SEALED})
    return made


def _ours() -> list[Any]:
    return [m for m in apps.get_models() if m._meta.app_label in OURS]


def test_every_table_has_its_admin() -> None:
    missing = [
        m._meta.label
        for m in _ours()
        if not admin.site.is_registered(m) and m._meta.label not in WITHOUT
    ]
    assert missing == []


def test_every_list_and_detail_opens_and_shows_no_secret(
    rows: Any, operator: User, page: Any
) -> None:
    client = page(operator)
    faults = []
    for model in _ours():
        if not admin.site.is_registered(model):
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses = [reverse(f"{name}_changelist")]
        if model in tenant_models():
            addresses.append(reverse(f"{name}_change", args=[PK]))
        for address in addresses:
            answer = client.get(address)
            if answer.status_code != 200:
                faults.append(f"{address} answered {answer.status_code}")
            elif SEALED in answer.content.decode():
                faults.append(f"{address} shows a sealed value")
    assert faults == []


def test_lists_are_searchable_where_a_search_box_is_offered(
    rows: Any, operator: User, page: Any
) -> None:
    client = page(operator)
    for model in _ours():
        registered = admin.site._registry.get(model)
        if registered is None or not registered.search_fields:
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert client.get(reverse(name), {"q": "kubek 12"}).status_code == 200, name


def test_a_seller_is_no_operator(owner: User, page: Any) -> None:
    answer = page(owner).get("/admin/")
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]


def test_every_row_action_is_named_and_callable(operator: User, rf: Any) -> None:
    request = rf.get("/admin/")
    request.user = operator
    for model, registered in admin.site._registry.items():
        if model._meta.app_label not in OURS:
            continue
        for name, (function, _slug, label) in registered.get_actions(request).items():
            assert callable(function), f"{model._meta.label}.{name}"
            assert label
