"""The one request(): headers, tokens, repeats, records. Against a scripted server."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from connectors.allegro import (
    Accepted,
    AllegroClient,
    AuthError,
    Conflict,
    Done,
    Exchange,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from tests.connectors.conftest import TOKEN, USER_AGENT, Tokens
from tests.connectors.scripted_server import Reply, ScriptedServer

ClientOf = Callable[..., AllegroClient]
FORM = "29738e61-7f6a-11e8-ac45-09db60ede9d6"
OFFER = {"name": "Kubek termiczny 500 ml", "external": {"id": "SKU-1"}, "stock": {"available": 1}}


def reply(body: Any, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), {"Trace-Id": "t-1", **named})


def test_a_read_carries_who_we_are_and_what_we_accept(client_of: ClientOf) -> None:
    with ScriptedServer(reply({"id": "44300001"})) as server:
        client = client_of(server, language="pl-PL")
        assert client.me() == {"id": "44300001"}
        assert client.last_trace_id == "t-1"
    seen = server.seen[0]
    assert (seen.method, seen.path) == ("GET", "/me")
    assert seen.headers["accept"] == "application/vnd.allegro.public.v1+json"
    assert seen.headers["accept-language"] == "pl-PL"
    assert seen.headers["user-agent"] == USER_AGENT
    assert seen.headers["authorization"] == f"Bearer {TOKEN}-0"
    assert "content-type" not in seen.headers


def test_beta_operations_speak_beta(client_of: ClientOf) -> None:
    with ScriptedServer(reply({"id": "x"}, 201)) as server:
        command = uuid4()
        client_of(server).commands.bulk_modify(
            command, modifications=[{"offerId": "1", "stock": {"changeType": "FIXED", "value": 2}}]
        )
    seen = server.seen[0]
    assert seen.headers["accept"] == seen.headers["content-type"]
    assert seen.headers["content-type"] == "application/vnd.allegro.beta.v1+json"
    assert json.loads(seen.body)["commandId"] == str(command)


@pytest.mark.parametrize(
    "user_agent", ["", "python-requests/2.34", "Hub", "Hub/1.0", "Aźr/1 (+http://x)"]
)
def test_an_unacceptable_user_agent_stops_the_start(client_of: ClientOf, user_agent: str) -> None:
    with ScriptedServer() as server, pytest.raises(ValueError, match="User-Agent"):
        client_of(server, user_agent=user_agent)


def test_a_refused_token_is_renewed_once_and_the_call_repeated(
    client_of: ClientOf, tokens: Tokens
) -> None:
    with ScriptedServer(Reply(401), reply({"id": "1"})) as server:
        assert client_of(server).me()["id"] == "1"
    assert tokens.fresh == 1
    assert [one.headers["authorization"][-2:] for one in server.seen] == ["-0", "-1"]


def test_a_token_refused_twice_is_an_auth_error(client_of: ClientOf, tokens: Tokens) -> None:
    with (
        ScriptedServer(Reply(401, b'{"error": "invalid_token"}')) as server,
        pytest.raises(AuthError) as caught,
    ):
        client_of(server).me()
    assert len(server.seen) == 2
    assert tokens.fresh == 1
    assert caught.value.code == "invalid_token"


def test_a_write_refused_for_its_token_is_repeated_too(client_of: ClientOf) -> None:
    with ScriptedServer(Reply(401), reply({"id": "77"}, 201)) as server:
        done = client_of(server).offers.create(OFFER)
    assert isinstance(done, Done)
    assert len(server.seen) == 2


def test_an_error_of_the_token_callback_comes_out_unchanged(client_of: ClientOf) -> None:
    def revoked(refused: bool) -> str:
        raise AuthError("connect again", code="invalid_grant")

    with ScriptedServer() as server, pytest.raises(AuthError) as caught:
        client_of(server, access_token=revoked).me()
    assert caught.value.code == "invalid_grant"
    assert server.seen == []


def test_a_token_that_cannot_be_had_is_asked_for_once(client_of: ClientOf) -> None:
    asked = []

    def away(refused: bool) -> str:
        asked.append(refused)
        raise Unavailable("no answer", operation="oauth.refresh")

    with ScriptedServer() as server, pytest.raises(Unavailable):
        client_of(server, access_token=away).me()
    assert (asked, server.seen) == ([False], [])


@pytest.mark.parametrize(
    "fault",
    [Reply(500), Reply(503, b"<html>"), Reply(drop=True), Reply(body=b'{"id"', declared_length=50),
     Reply(429, headers={"Retry-After": "0"})],
)  # fmt: skip
def test_a_read_outlives_a_fault(
    client_of: ClientOf, fault: Reply, exchanges: list[Exchange]
) -> None:
    with ScriptedServer(fault, reply({"id": "1"})) as server:
        assert client_of(server).me()["id"] == "1"
    assert [one.attempt for one in exchanges] == [1, 2]


def test_a_read_gives_up_after_its_attempts(client_of: ClientOf) -> None:
    with (
        ScriptedServer(Reply(500, b"", {"Trace-Id": "t-9"})) as server,
        pytest.raises(Unavailable) as caught,
    ):
        client_of(server).me()
    assert len(server.seen) == 3
    assert (caught.value.attempts, caught.value.trace_id) == (3, "t-9")
    assert caught.value.retryable


@pytest.mark.parametrize(
    "fault", [Reply(500), Reply(503), Reply(drop=True), Reply(201, b"{", declared_length=50)]
)
def test_a_write_that_may_not_be_repeated_is_not(client_of: ClientOf, fault: Reply) -> None:
    with ScriptedServer(fault) as server, pytest.raises(Unavailable) as caught:
        client_of(server).offers.create(OFFER)
    assert len(server.seen) == 1
    assert caught.value.outcome_unknown
    assert not caught.value.retryable


def test_a_write_that_times_out_has_an_unknown_outcome(client_of: ClientOf) -> None:
    with ScriptedServer(Reply(delay=0.8)) as server, pytest.raises(Unavailable) as caught:
        client_of(server, read_timeout=0.3).orders.add_shipment(
            FORM, carrier_id="DPD", waybill="123"
        )
    assert len(server.seen) == 1
    assert (caught.value.code, caught.value.outcome_unknown) == ("timeout", True)


def test_a_write_that_was_refused_for_its_rate_is_repeated(client_of: ClientOf) -> None:
    with ScriptedServer(
        Reply(429, headers={"Retry-After": "0"}), reply({"id": "7"}, 201)
    ) as server:
        client_of(server).offers.create(OFFER)
    assert len(server.seen) == 2


def test_a_long_pause_is_not_slept(client_of: ClientOf) -> None:
    started = time.monotonic()
    with (
        ScriptedServer(Reply(429, headers={"Retry-After": "30"})) as server,
        pytest.raises(RateLimited) as caught,
    ):
        client_of(server).me()
    assert time.monotonic() - started < 2
    assert len(server.seen) == 1
    assert caught.value.retry_after == 30


def test_a_redirect_is_never_followed(client_of: ClientOf) -> None:
    with (
        ScriptedServer() as target,
        ScriptedServer(Reply(302, b"", {"Location": target.url})) as server,
        pytest.raises(Unavailable) as caught,
    ):
        client_of(server).me()
    assert (target.seen, len(server.seen)) == ([], 1)
    assert caught.value.code == "unexpected_redirect"


def test_a_command_sent_again_counts_as_accepted(client_of: ClientOf) -> None:
    command = str(uuid4())
    state = reply({"id": command, "completedAt": None, "taskCount": {"total": 2, "success": 2}})
    with ScriptedServer(Reply(409), state) as server:
        found = client_of(server).commands.change_quantity(command, offer_ids=["1", "2"], value=5)
    assert found.replayed
    assert found.is_complete
    assert [one.method for one in server.seen] == ["PUT", "GET"]


def test_zero_counts_are_not_complete(client_of: ClientOf) -> None:
    fresh = {"id": "x", "completedAt": None, "taskCount": {"total": 0, "failed": 0, "success": 0}}
    with ScriptedServer(reply(fresh, 201)) as server:
        found = client_of(server).commands.publish(uuid4(), offer_ids=["1"], action="END")
    assert not found.is_complete
    assert not found.replayed


@pytest.mark.parametrize("statuses", [(204, 404), (500, 404)])
def test_a_delete_whose_answer_was_lost_is_done(
    client_of: ClientOf, statuses: tuple[int, int]
) -> None:
    first = Reply(drop=True) if statuses[0] == 204 else Reply(statuses[0])
    with ScriptedServer(first, Reply(404)) as server:
        client_of(server).offers.delete_draft("1")
    assert len(server.seen) == 2


def test_a_delete_of_nothing_is_not_found(client_of: ClientOf) -> None:
    with ScriptedServer(Reply(404)) as server, pytest.raises(NotFound):
        client_of(server).offers.delete_draft("1")


def test_an_invoice_file_whose_answer_was_lost_is_done(client_of: ClientOf) -> None:
    with ScriptedServer(Reply(drop=True), Reply(409)) as server:
        client_of(server).orders.upload_invoice_file(FORM, "inv-1", b"%PDF-1.7 x")
    assert server.seen[1].headers["content-type"] == "application/pdf"
    assert server.seen[1].body == b"%PDF-1.7 x"


def test_an_invoice_file_that_is_there_already_is_a_conflict(client_of: ClientOf) -> None:
    with ScriptedServer(Reply(409)) as server, pytest.raises(Conflict):
        client_of(server).orders.upload_invoice_file(FORM, "inv-1", b"%PDF-1.7 x")


def test_an_accepted_offer_gives_its_operation_whatever_host_is_named(client_of: ClientOf) -> None:
    location = "https://api.allegro.pl:42974/sale/product-offers/777/operations/op-1"
    accepted = reply({"id": "777"}, 202, Location=location, Retry_After="5")
    with ScriptedServer(accepted) as server:
        result = client_of(server).offers.create(OFFER)
    assert result == Accepted("777", "op-1", 5.0, "t-1")


def test_an_accepted_offer_without_an_operation_is_an_unknown_outcome(client_of: ClientOf) -> None:
    with ScriptedServer(reply({"id": "777"}, 202)) as server, pytest.raises(Unavailable) as caught:
        client_of(server).offers.create(OFFER)
    assert caught.value.outcome_unknown


def test_an_operation_is_followed_to_its_end(client_of: ClientOf) -> None:
    running = reply({"offer": {"id": "7"}, "operation": {"id": "o", "status": "IN_PROGRESS"}}, 202)
    ended = Reply(303, b"", {"Location": "http://elsewhere:1/sale/product-offers/7"})
    with ScriptedServer(running, ended) as server:
        client = client_of(server)
        first, last = client.offers.operation("7", "o"), client.offers.operation("7", "o")
    assert (first.done, first.status) == (False, "IN_PROGRESS")
    assert (last.done, last.offer_id) == (True, "7")


def test_a_failed_operation_is_rejected_with_its_fields(client_of: ClientOf) -> None:
    body = {"errors": [{"code": "VALIDATION_ERROR", "path": "name", "userMessage": "Za krótka"}]}
    with ScriptedServer(reply(body, 422)) as server, pytest.raises(Rejected) as caught:
        client_of(server).offers.operation("7", "o")
    assert caught.value.errors[0].path == "name"
    assert caught.value.user_message == "Za krótka"


def test_the_listing_is_read_whole_and_once_while_pages_shift(client_of: ClientOf) -> None:
    offers = [{"id": str(n)} for n in range(250)]

    def page(seen: Any) -> Reply:
        query = dict(pair.split("=") for pair in seen.path.split("?")[1].split("&"))
        start = int(query["offset"])
        found = offers[start : start + int(query["limit"])][:90]  # pages come short
        if start == 0:
            offers.pop(5)  # and an offer before the next page goes away
        return reply({"offers": found, "count": len(found), "totalCount": len(offers)})

    with ScriptedServer(page) as server:
        pages = list(client_of(server).offers.iterate(page_size=100))
    ids = [offer["id"] for one in pages for offer in one]
    assert len(ids) == len(set(ids)) == 250


def test_filters_are_written_with_dots_and_misspelt_ones_refused(client_of: ClientOf) -> None:
    with ScriptedServer(reply({"offers": [], "count": 0, "totalCount": 0})) as server:
        client = client_of(server)
        named: dict[str, Any] = {"external.id": "A&B"}
        client.offers.list(publication__status=["ACTIVE", "ENDED"], **named)
        with pytest.raises(ValueError, match=r"publication\.state"):
            client.offers.list(publication__state="ACTIVE")
    assert len(server.seen) == 1
    assert server.seen[0].path == (
        "/sale/offers?offset=0&limit=1000&publication.status=ACTIVE&publication.status=ENDED"
        "&external.id=A%26B"
    )


@pytest.mark.parametrize("bad", ["", ".", ".."])
def test_an_id_that_would_address_something_else_is_refused(client_of: ClientOf, bad: str) -> None:
    with ScriptedServer() as server, pytest.raises(ValueError, match="offerId"):
        client_of(server).offers.get(bad)
    assert server.seen == []


def test_an_id_is_one_segment_of_the_path(client_of: ClientOf) -> None:
    with ScriptedServer(reply({"id": "x"})) as server:
        client_of(server).offers.get("a/../../me?x=1")
    assert server.seen[0].path == "/sale/product-offers/a%2F..%2F..%2Fme%3Fx%3D1"


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.offers.create({"name": "no code"}),
        lambda c: c.offers.create({"external": {"id": "x" * 101}}),
        lambda c: c.offers.patch("1", {}),
        lambda c: c.commands.change_quantity(uuid4(), offer_ids=["1"], value=0),
        lambda c: c.commands.change_quantity(uuid4(), offer_ids=[], value=1),
        lambda c: c.commands.change_quantity(uuid4(), offer_ids=["1"] * 1001, value=1),
        lambda c: c.commands.change_quantity("not-a-uuid", offer_ids=["1"], value=1),
        lambda c: c.commands.bulk_modify(uuid4(), modifications=[{"offerId": "1"}] * 26),
        lambda c: c.orders.checkout_forms(offset=9_950, limit=100),
        lambda c: c.orders.upload_invoice_file(FORM, "1", b"JVBERi0xLjc="),
        lambda c: c.orders.upload_invoice_file(FORM, "1", b"%PDF-" + b"x" * 3 * 1024 * 1024),
        lambda c: c.returns.reject("r", code="REFUND_REJECTED"),
        lambda c: c.images.upload_bytes(b""),
    ],
)
def test_a_call_allegro_would_refuse_is_not_sent(
    client_of: ClientOf, call: Callable[[AllegroClient], Any]
) -> None:
    with ScriptedServer() as server, pytest.raises(ValueError):  # noqa: PT011 - one word each
        call(client_of(server))
    assert server.seen == []


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (lambda c: c.orders.events(), {"events": None}),
        (lambda c: c.orders.events(), {}),
        (lambda c: c.offers.list(), {"count": 0}),
        (lambda c: c.orders.checkout_forms(), {"checkoutForms": None}),
        (lambda c: c.orders.checkout_form(FORM), {"id": FORM, "lineItems": None}),
        (lambda c: c.me(), {"login": "x"}),
        (lambda c: c.billing.types(), {}),
    ],
)
def test_an_answer_without_its_substance_is_not_taken_for_nothing(
    client_of: ClientOf, call: Callable[[AllegroClient], Any], body: Any
) -> None:
    with ScriptedServer(reply(body)) as server, pytest.raises(Unavailable):
        call(client_of(server))


def test_an_account_without_events_has_empty_stats(client_of: ClientOf) -> None:
    with ScriptedServer(reply({"latestEvent": None})) as server:
        assert client_of(server).orders.event_stats().latest_event_id == ""


def test_an_exchange_holds_both_sides_and_no_token(
    client_of: ClientOf, exchanges: list[Exchange]
) -> None:
    with ScriptedServer(reply({"id": "7"}, 201)) as server:
        client_of(server).offers.create(OFFER)
    one = exchanges[0]
    assert (one.operation, one.method, one.status) == ("offers.create", "POST", 201)
    assert one.path == one.path_template == "/sale/product-offers"
    assert json.loads(one.request_body or b"") == OFFER
    assert json.loads(one.response_body) == {"id": "7"}
    assert "authorization" not in {name.lower() for name in one.request_headers}
    assert "Kubek" not in repr(one)


def test_a_call_is_logged_without_token_query_or_body(
    client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(reply({"checkoutForms": []})) as server:
        client_of(server, correlation_id=lambda: "c-1").orders.checkout_forms(
            buyer__login="jan-kowalski"
        )
    records = [one for one in caplog.records if one.name == "connectors.allegro"]
    assert len(records) == 1
    fields = vars(records[0])
    assert (fields["operation"], fields["status"]) == ("orders.checkout_forms", 200)
    assert (fields["trace_id"], fields["attempt"], fields["correlation_id"]) == ("t-1", 1, "c-1")
    everything = " ".join(str(vars(one)) for one in caplog.records if one.name.startswith("conn"))
    assert TOKEN not in everything
    assert "jan-kowalski" not in everything
