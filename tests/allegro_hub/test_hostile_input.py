"""Walks every page and route with input nobody should send: it is refused, and nothing breaks.

Names come from the pages' own forms and from the API's own description, so new ones are found by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.models import Organization, User
from core.models import DataKey
from tests.allegro_hub.populated import populate
from tests.allegro_hub.test_isolation import ROUTES, _address, _has_parameter

HOSTILE = (
    "\x00",
    "9" * 40,
    "-1",
    "1e400",
    "NaN",
    "2026-02-31",
    "ž" * 3000,
    "' OR 1=1 --",
    "[]",
    "",
)
ROUNDS = 3
# Signing out ends the walk; it takes no input.
LEFT_OUT = re.compile(r"logout|sign-out")


@pytest.fixture
def ours(organization: Organization, owner: User) -> Organization:
    """A row of every table; but a key that opens, so that secrets can be written."""
    populate(organization)
    DataKey.objects.filter(organization=organization).delete()
    return organization


class _Forms(HTMLParser):
    """The forms of a page: method, action, and the names of their fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("method", "get").lower(), given.get("action", ""), []))
        elif tag in ("input", "select", "textarea", "button") and given.get("name") and self.found:
            self.found[-1][2].append(given["name"])


def _values(names: list[str], turn: int) -> dict[str, str]:
    """Every name with a hostile value, another one in every round."""
    return {
        name: HOSTILE[(place * 7 + turn * 3) % len(HOSTILE)] for place, name in enumerate(names)
    }


def _pages(owner: User) -> Iterator[str]:
    for route, _pattern in ROUTES:
        if not route.startswith("api/") and not LEFT_OUT.search(route):
            yield _address(route, owner)


def _browser(owner: User) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(owner)
    return browser


def test_no_filter_of_a_page_breaks_it(ours: Organization, owner: User) -> None:
    browser, broken, asked = _browser(owner), [], 0
    for address in _pages(owner):
        shown = browser.get(address)
        if shown.status_code != 200 or "html" not in shown.get("Content-Type", ""):
            continue
        forms = [form for form in _Forms(shown.content.decode()).found if form[0] == "get"]
        names = sorted({"page", "sort", *(name for form in forms for name in form[2])})
        for turn in range(ROUNDS):
            values = _values(names, turn)
            answer = browser.get(address, values)
            asked += 1
            if answer.status_code == 500:
                broken.append(f"GET {address} {_short(values)}")
    assert asked > 100
    assert not broken, "\n".join(broken)


def test_no_form_of_a_page_breaks_it(ours: Organization, owner: User) -> None:
    browser, broken, sent = _browser(owner), [], set()
    for address in list(_pages(owner)):
        shown = browser.get(address)
        if shown.status_code != 200 or "html" not in shown.get("Content-Type", ""):
            continue
        for method, action, names in _Forms(shown.content.decode()).found:
            target = action or address
            if method != "post" or LEFT_OUT.search(target) or not target.startswith("/"):
                continue
            for turn in range(ROUNDS):
                values = _values(names, turn)
                if (target, tuple(values.items())) in sent:
                    continue
                sent.add((target, tuple(values.items())))
                if browser.post(target, values).status_code == 500:
                    broken.append(f"POST {target} {_short(values)}")
    assert len(sent) > 50
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_no_number_in_an_address_breaks_it(
    ours: Organization, owner: User, api: Any, method: str
) -> None:
    browser, script = _browser(owner), api(owner)
    script.raise_request_exception = False
    broken = []
    for route, _pattern in ROUTES:
        if not _has_parameter(route) or LEFT_OUT.search(route):
            continue
        address = re.sub(r"\d{6,}", "9" * 30, _address(route, owner))
        client: Any = script if address.startswith("/api/") else browser
        status = getattr(client, method)(address).status_code
        if status == 500:
            broken.append(f"{method.upper()} {address} answered {status}")
    assert not broken, "\n".join(broken)


def _operations() -> list[tuple[str, str, list[str], list[str]]]:
    """Method, address with placeholders, query names and names of the body's fields."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    bodies = schema["components"]["schemas"]
    found = []
    for path, methods in schema["paths"].items():
        for method, spec in methods.items():
            query = [one["name"] for one in spec.get("parameters", []) if one["in"] == "query"]
            content = (spec.get("requestBody") or {}).get("content") or {}
            body = (content.get("application/json") or {}).get("schema") or {}
            name = str(body.get("$ref", "")).rpartition("/")[2]
            found.append((method, path, query, list(bodies.get(name, body).get("properties", {}))))
    return found


def _filled(path: str) -> str:
    from tests.allegro_hub.populated import PK

    return re.sub(r"\{[^}]+\}", str(PK), path)


def test_no_query_or_body_of_the_api_breaks_it(ours: Organization, owner: User, api: Any) -> None:
    script: APIClient = api(owner)
    script.raise_request_exception = False
    broken, asked = [], 0
    for method, path, query, fields in _operations():
        if "/auth/" in path or LEFT_OUT.search(path):
            continue
        for turn in range(ROUNDS):
            address = _filled(path)
            if method == "get":
                answer = script.get(address, _values([*query, "page", "limit"], turn))
            else:
                bodies: list[Any] = [_values(fields, turn), [], {name: [{}] for name in fields}]
                answer = getattr(script, method)(address, bodies[turn], format="json")
            asked += 1
            if answer.status_code == 500:
                broken.append(f"{method.upper()} {address} {turn}: {query or fields}")
    assert asked > 300
    assert not broken, "\n".join(broken)


def _short(values: dict[str, str]) -> dict[str, str]:
    return {name: value[:12] for name, value in values.items()}
