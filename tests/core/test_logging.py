from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from core.correlation import correlated
from core.logging import logging_config


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The log lines written since, parsed; through the handler the product uses."""
    stream = io.StringIO()
    formatter = logging_config(level="INFO", json_lines=True)["formatters"]["structured"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        formatter["()"](
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_every_line_carries_the_correlation_id(lines: Any) -> None:
    with correlated("abc-12345"):
        structlog.get_logger("one").info("from structlog")
        logging.getLogger("two").info("from the standard library")
    assert [line["correlation_id"] for line in lines()] == ["abc-12345", "abc-12345"]


@pytest.mark.parametrize(
    "name",
    ["access_token", "client_secret", "password", "Authorization", "buyer_login", "phoneNumber",
     "email", "delivery_address", "set_cookie", "device_code"],
)  # fmt: skip
def test_secrets_and_buyer_data_are_masked_by_name(lines: Any, name: str) -> None:
    structlog.get_logger("x").info("call", **{name: "Jan-Kowalski-eyJ0b2s"})
    structlog.get_logger("x").info("call", headers={name: "Jan-Kowalski-eyJ0b2s"})
    logging.getLogger("y").info("call", extra={name: "Jan-Kowalski-eyJ0b2s"})
    written = lines()
    assert len(written) == 3
    assert "Jan-Kowalski" not in json.dumps(written)


def test_a_request_is_logged_by_route_without_its_query(lines: Any, client: Any, db: None) -> None:
    answer = client.get(
        "/accounts/login/?next=/x&code=one-time-code", headers={"x-correlation-id": "caller-0001"}
    )
    (line,) = [entry for entry in lines() if entry["event"] == "request"]
    assert (line["route"], line["status"]) == ("accounts/login/", 200)
    assert line["correlation_id"] == "caller-0001" == answer["X-Correlation-Id"]
    assert "one-time-code" not in json.dumps(line)


def test_a_strange_correlation_id_is_replaced(client: Any, db: None) -> None:
    answer = client.get("/accounts/login/", headers={"x-correlation-id": "<script>\n"})
    assert len(answer["X-Correlation-Id"]) == 32


def test_djangos_own_lines_do_not_carry_the_address_with_its_secrets(lines: Any) -> None:
    from django.test import RequestFactory

    request = RequestFactory().get("/integrations/callback/", {"code": "s3cret-code"})
    secret = "Zm9vYmFyLWxpbmstc2VjcmV0"
    logging.getLogger("django.request").warning(
        "Not Found: %s", f"/organization/join/{secret}/", extra={"request": request}
    )
    [line] = lines()
    assert line["event"] == "Not Found: /organization/join/[hidden]/"
    assert "s3cret-code" not in json.dumps(line)
    assert secret not in json.dumps(line)
