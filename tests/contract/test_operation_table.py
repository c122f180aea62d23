"""Our table of operations against Allegro's description, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.allegro.oddities import ODDITIES, SCOPE_NOT_DESCRIBED
from connectors.allegro.operation import Host, Operation, Retry
from connectors.allegro.operations import OPERATIONS, SCOPES
from tests.allegro_description import Description

ROWS = [pytest.param(operation, id=name) for name, operation in OPERATIONS.items()]


def described(operation: Operation) -> dict[str, Any]:
    paths = Description.load().document["paths"]
    assert operation.path in paths, f"the description has no {operation.path}"
    methods = paths[operation.path]
    assert operation.method.lower() in methods, f"no {operation.method} {operation.path}"
    found: dict[str, Any] = methods[operation.method.lower()]
    return found


@pytest.mark.parametrize("operation", ROWS)
def test_the_operation_is_described_and_not_deprecated(operation: Operation) -> None:
    assert not described(operation).get("deprecated")


@pytest.mark.parametrize("operation", ROWS)
def test_the_media_type_is_that_of_the_answers(operation: Operation) -> None:
    offered = {
        media
        for status, answer in described(operation)["responses"].items()
        if status.startswith("2")
        for media in answer.get("content") or {}
    }
    assert offered <= {operation.media}


@pytest.mark.parametrize("operation", ROWS)
def test_the_media_type_of_the_body_is_described(operation: Operation) -> None:
    body = described(operation).get("requestBody") or {}
    if "$ref" in body:
        bodies = Description.load().document["components"]["requestBodies"]
        body = bodies[body["$ref"].rsplit("/", 1)[-1]]
    content = set(body.get("content") or {})
    sent = operation.content_type or operation.media
    assert (sent in content) == (operation.method in {"POST", "PUT", "PATCH"})


@pytest.mark.parametrize("operation", ROWS)
def test_the_scope_is_the_described_one(operation: Operation) -> None:
    description = Description.load().document
    security = described(operation).get("security", description["security"])
    scopes = {scope for one in security for names in one.values() for scope in names}
    if operation.name in SCOPE_NOT_DESCRIBED:
        assert scopes == set(), "now described: take it out of the oddities"
        return
    assert scopes == ({operation.scope} if operation.scope else set())


@pytest.mark.parametrize("operation", ROWS)
def test_every_query_name_is_described(operation: Operation) -> None:
    names = {
        one["name"]
        for one in described(operation).get("parameters", [])
        if one.get("in") == "query"
    }
    assert operation.query == names


@pytest.mark.parametrize("operation", ROWS)
def test_the_host_is_the_described_one(operation: Operation) -> None:
    servers = described(operation).get("servers") or Description.load().document["servers"]
    assert {one["url"].split(".")[0] for one in servers} == {f"https://{operation.host}"}


@pytest.mark.parametrize("operation", ROWS)
def test_answers_that_are_results_are_described(operation: Operation) -> None:
    assert {str(status) for status in operation.also_ok} <= set(described(operation)["responses"])


def test_only_calls_without_an_id_of_ours_are_sent_once() -> None:
    once = {name for name, operation in OPERATIONS.items() if operation.retry is Retry.ONCE}
    assert once == {
        "offers.create",
        "orders.add_shipment",
        "orders.add_invoice",
        "returns.reject",
        "refund_claims.create",
    }


def test_names_are_unique_and_the_upload_host_serves_images_only() -> None:
    assert all(name == operation.name for name, operation in OPERATIONS.items())
    uploads = {name for name, one in OPERATIONS.items() if one.host is Host.UPLOAD}
    assert uploads == {"images.upload_url", "images.upload_bytes"}


def test_the_scopes_asked_for_are_those_of_the_table() -> None:
    assert set(SCOPES) == {one.scope for one in OPERATIONS.values()} - {""}
    assert list(SCOPES) == sorted(SCOPES)


def test_oddities_name_operations_of_the_table_and_a_reference() -> None:
    for oddity in ODDITIES:
        assert oddity.what
        assert oddity.reference
        assert oddity.handled
        assert not oddity.operation or oddity.operation in OPERATIONS
