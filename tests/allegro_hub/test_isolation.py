"""Walks every address of the product as somebody from another organization.

New routes are found in the URL resolver, new tables in the app registry. A route with a parameter
of a new name fails here until the name has a sample value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Organization, User
from tests.allegro_hub.populated import MARK, PK, populate

# What stands for a parameter: our own row's key, or a text that a row of the populated organization has.
SAMPLES: dict[str, str] = {
    "pk": str(PK),
    "user_id": "",  # filled with the other organization's owner
    "code": f"{MARK}-code",
    "public_id": f"{MARK}-public_id"[:32],
    "secret": "not-a-secret",
    "category_id": "257",
    "device_code": str(PK),
    "task_id": str(PK),
    "outcome": "WRONG",
    "number": f"{MARK}-checkout_form_id",
    # A kind of guess, the same for every organization; of one there is none.
    "why": "NOBODY_GUESSED",
    # A format to export in, likewise.
    "key": "no-such-format",
}
# Routes that answer everybody, are guarded by other means and tested elsewhere, or are not ours.
OUTSIDE = re.compile(
    r"^(accounts/|admin/|health|metrics|api/(v1/)?auth/|api/schema|api/docs|static/"
    r"|organization/(new|switch|join)|api/(v1/)?webhooks/allegro|$)"
)
# Routes that concern Allegro's public data, the same for every organization.
SHARED = re.compile(r"allegro/categories/")


def _walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern


ROUTES = [(route, p) for route, p in _walk(get_resolver().url_patterns) if not OUTSIDE.match(route)]
_PARAMETER = re.compile(r"\(\?P<(\w+)>(?:\[[^\]]*\]|[^()\[])*\)|<(?:\w+:)?(\w+)>")


def _address(route: str, other_owner: User) -> str:
    def sample(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name == "user_id":
            return str(other_owner.pk)
        if name in SAMPLES:
            return SAMPLES[name]
        if name.endswith(("_id", "id", "_pk")):
            return str(PK)
        raise AssertionError(f"give the route parameter {name!r} a sample value in SAMPLES")

    return "/" + _PARAMETER.sub(sample, route).replace("/?$", "").replace("/?\\Z", "").rstrip("$")


def _has_parameter(route: str) -> bool:
    return bool(_PARAMETER.search(route)) and not SHARED.search(route)


@pytest.fixture
def theirs(organization: Organization, owner: User) -> Organization:
    populate(organization)
    return organization


def test_the_walk_sees_pages_and_routes() -> None:
    routes = [route for route, _pattern in ROUTES]
    assert len([r for r in routes if r.startswith("api/v1/")]) > 30
    assert len([r for r in routes if not r.startswith("api/")]) > 30
    assert any(_has_parameter(r) for r in routes)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_outsider_gets_404_for_every_object(
    theirs: Organization, owner: User, outsider: User, page: Any, api: Any, method: str
) -> None:
    wrong, browser, script = [], page(outsider), api(outsider)
    for route, _pattern in ROUTES:
        if not _has_parameter(route):
            continue
        address = _address(route, owner)
        client = script if address.startswith("/api/") else browser
        status = getattr(client, method)(address).status_code
        if status not in (404, 405):
            wrong.append(f"{method.upper()} {address} answered {status}")
    assert wrong == []


def test_an_outsiders_lists_show_nothing_of_it(
    theirs: Organization, owner: User, outsider: User, page: Any, api: Any
) -> None:
    leaks, browser, script = [], page(outsider), api(outsider)
    for route, _pattern in ROUTES:
        if _has_parameter(route):
            continue
        address = _address(route, owner)
        client = script if address.startswith("/api/") else browser
        answer = client.get(address, follow=False)
        if MARK.encode() in getattr(answer, "content", b""):
            leaks.append(address)
        assert answer.status_code < 500, address
    assert leaks == []


def test_the_owner_does_see_the_objects(
    theirs: Organization, owner: User, page: Any, api: Any
) -> None:
    """Guards the walk itself: with made-up keys everything would be 404 and prove nothing."""
    browser, script = page(owner), api(owner)
    found = set()
    for route, _pattern in ROUTES:
        if _has_parameter(route):
            client = script if route.startswith("api/") else browser
            if client.get(_address(route, owner)).status_code == 200:
                found.add(route)
    pages = [route for route in found if not route.startswith("api/")]
    routes = [route for route in found if route.startswith("api/v1/")]
    assert len(pages) >= 6
    assert len(routes) >= 8


def test_a_stranger_is_sent_to_sign_in_or_refused(
    theirs: Organization, owner: User, client: Any
) -> None:
    for route, _pattern in ROUTES:
        address = _address(route, owner)
        answer = client.get(address)
        allowed = (401, 404, 405) if address.startswith("/api/") else (302, 404, 405)
        assert answer.status_code in allowed, f"{address} answered {answer.status_code}"
