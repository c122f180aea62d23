"""Which error each answer becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.allegro import (
    AllegroError,
    AuthError,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from connectors.allegro.answers import answer_of, error_of, without_secrets
from connectors.allegro.operations import OPERATIONS
from connectors.allegro.transport import WireAnswer

READ = OPERATIONS["offers.get"]
CREATE = OPERATIONS["offers.create"]


def wire(status: int, body: Any = None, **headers: str) -> WireAnswer:
    content = (
        body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    )
    return WireAnswer(status, {"trace-id": "t-1", **headers}, content, 5)


def errors(code: str, message: str = "", **more: Any) -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message, **more}]}


@pytest.mark.parametrize(
    ("status", "body", "kind", "retryable", "code"),
    [
        (400, errors("VALIDATION_ERROR"), Rejected, False, "VALIDATION_ERROR"),
        (401, {"error": "invalid_token"}, AuthError, False, "invalid_token"),
        (401, None, AuthError, False, ""),
        (401, b"<html>", AuthError, False, "unusable_answer"),
        (403, errors("AccessDenied"), Forbidden, False, "AccessDenied"),
        (403, b"<html>blocked</html>", Unavailable, True, "unusable_answer"),
        (404, errors("CheckoutFormNotFoundException"), NotFound, False, "CheckoutFormNotFoundException"),
        (404, None, NotFound, False, ""),
        (404, b"<html>nginx</html>", Unavailable, True, "unusable_answer"),
        (404, errors("NotFoundException", "Function is not available"), Rejected, False, "NotFoundException"),
        (406, errors("NotAcceptableException"), Rejected, False, "NotAcceptableException"),
        (408, None, Unavailable, True, ""),
        (409, errors("ConflictException"), Conflict, False, "ConflictException"),
        (410, None, NotFound, False, ""),
        (413, None, Rejected, False, ""),
        (415, errors("UnsupportedMediaType"), Rejected, False, "UnsupportedMediaType"),
        (422, errors("InvalidPricePrecision"), Rejected, False, "InvalidPricePrecision"),
        (429, errors("TOO_MANY_REQUESTS"), RateLimited, True, "TOO_MANY_REQUESTS"),
        (429, b"<html>slow down</html>", RateLimited, True, "unusable_answer"),
        (500, None, Unavailable, True, ""),
        (502, b"<html>", Unavailable, True, "unusable_answer"),
        (503, errors("SERVICE_UNAVAILABLE"), Unavailable, True, "SERVICE_UNAVAILABLE"),
        (504, errors("ServiceTimeoutException"), Unavailable, True, "ServiceTimeoutException"),
        (302, None, Unavailable, True, "unexpected_redirect"),
        (303, None, Unavailable, True, "unexpected_redirect"),
    ],
)  # fmt: skip
def test_status_and_body_choose_the_error(
    status: int, body: Any, kind: type[AllegroError], retryable: bool, code: str
) -> None:
    error = error_of(wire(status, body), READ, 2)
    assert type(error) is kind
    assert (error.status, error.code, error.retryable) == (status, code, retryable)
    assert (error.trace_id, error.attempts, error.operation) == ("t-1", 2, "offers.get")
    assert not error.outcome_unknown


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_write_that_may_not_be_repeated_has_an_unknown_outcome(status: int) -> None:
    error = error_of(wire(status), CREATE, 1)
    assert isinstance(error, Unavailable)
    assert error.outcome_unknown
    assert not error.retryable


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429])
def test_a_refused_write_has_a_known_outcome(status: int) -> None:
    assert not error_of(wire(status), CREATE, 1).outcome_unknown


def test_field_errors_are_kept_with_everything_the_seller_needs() -> None:
    body = errors(
        "PARAMETER_MISMATCH",
        "Parameter differs",
        path="parameters[0]",
        userMessage="Parametr się różni",
        details=None,
        metadata={"productId": "p-1", "number": 5},
    )
    body["errors"].append({"code": None, "message": None, "metadata": None})
    error = error_of(wire(422, body), READ, 1)
    first, second = error.errors
    assert (first.code, first.path) == ("PARAMETER_MISMATCH", "parameters[0]")
    assert first.user_message == error.user_message == "Parametr się różni"
    assert first.metadata == {"productId": "p-1", "number": "5"}
    assert (second.code, second.message, second.metadata) == ("", "", {})


@pytest.mark.parametrize("body", [[], "text", 5, {"errors": None}, {"errors": ["x", None]}])
def test_an_odd_error_body_is_no_crash(body: Any) -> None:
    error = error_of(wire(422, body), READ, 1)
    assert type(error) is Rejected
    assert error.errors == ()


def test_the_text_of_an_error_starts_with_the_trace_id() -> None:
    error = error_of(wire(422, errors("VALIDATION_ERROR", "limit too large")), READ, 1)
    assert str(error) == "[t-1] 422 VALIDATION_ERROR: limit too large"


def test_tokens_are_taken_out_of_error_texts() -> None:
    token = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE2.c2lnbmF0dXJl"
    error = error_of(
        wire(401, {"error": "invalid_token", "error_description": f"Bad: {token}"}), READ, 1
    )
    assert token not in str(error)
    assert without_secrets(f"Invalid refresh token: {token}") == "Invalid refresh token: [removed]"


@pytest.mark.parametrize("body", [b"<html>ok</html>", b'{"offers": [', b"\xff\xfe\x00"])
def test_a_successful_status_with_garbage_is_unavailable(body: bytes) -> None:
    with pytest.raises(Unavailable) as caught:
        answer_of(wire(200, body), READ, 1)
    assert (caught.value.status, caught.value.code) == (200, "unusable_answer")
    assert caught.value.trace_id == "t-1"


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"offers": None}, {"offers": {}}, {"offers": ["x"]}, {"offers": [None]}, "x"],
)
def test_a_missing_list_is_not_an_empty_one(body: Any) -> None:
    answer = answer_of(wire(200, body), READ, 1)
    with pytest.raises(Unavailable):
        answer.records("offers")


@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": ""}, {"id": 5}, []])
def test_a_missing_id_is_noticed(body: Any) -> None:
    with pytest.raises(Unavailable):
        answer_of(wire(200, body), READ, 1).identifier()


def test_garbage_after_a_write_that_may_not_be_repeated_is_an_unknown_outcome() -> None:
    with pytest.raises(Unavailable) as caught:
        answer_of(wire(201, b"<html>"), CREATE, 1)
    assert caught.value.outcome_unknown


def test_a_303_is_a_result_where_the_table_says_so() -> None:
    operation = OPERATIONS["offers.operation"]
    assert answer_of(wire(303, location="/sale/product-offers/1"), operation, 1).status == 303


@pytest.mark.parametrize(("value", "count"), [(7, 7), (None, 3), ("7", 3), (True, 3)])
def test_a_count_falls_back_when_it_is_null_or_odd(value: Any, count: int) -> None:
    assert answer_of(wire(200, {"count": value}), READ, 1).number("count", 3) == count
