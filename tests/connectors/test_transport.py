"""Faults of the wire, with real sockets."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime

import pytest

from connectors.allegro.transport import (
    Transport,
    TransportFailed,
    WireAnswer,
    WireRequest,
    query_pairs,
    retry_after_seconds,
)
from tests.connectors.scripted_server import Reply, ScriptedServer, Seen


@pytest.fixture
def transport() -> Iterator[Transport]:
    made = Transport(connect_timeout=1.0, read_timeout=0.5)
    yield made
    made.close()


Get = Callable[..., WireAnswer]


@pytest.fixture
def get(transport: Transport) -> Get:
    def send(url: str, **more: object) -> WireAnswer:
        return transport.send(WireRequest("GET", url, {"Accept": "application/json"}, **more))  # type: ignore[arg-type]

    return send


def test_a_complete_answer_is_given_with_lower_case_headers(get: Get) -> None:
    with ScriptedServer(Reply(body=b'{"a": 1}', headers={"Trace-Id": "t-1"})) as server:
        answer = get(server.url, query=(("type", "A"), ("type", "B"), ("from", "a+b:c")))
    assert answer.json() == {"a": 1}
    assert answer.trace_id == "t-1"
    assert server.seen[0].path == "/?type=A&type=B&from=a%2Bb%3Ac"


def test_a_compressed_answer_is_unpacked(get: Get) -> None:
    packed = gzip.compress(b'{"a": "' + b"x" * 100_000 + b'"}')
    with ScriptedServer(Reply(body=packed, headers={"Content-Encoding": "gzip"})) as server:
        assert len(get(server.url).content) == 100_009


def test_a_chunked_answer_is_put_together(get: Get) -> None:
    with ScriptedServer(Reply(chunks=(b'{"a"', b": 1}"))) as server:
        assert get(server.url).json() == {"a": 1}


def test_a_large_answer_is_read_to_its_end(get: Get) -> None:
    body = b'"' + b"x" * 5_000_000 + b'"'
    with ScriptedServer(Reply(body=body)) as server:
        assert get(server.url).content == body


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(body=b'{"a": ', declared_length=100), id="content-length"),
        pytest.param(Reply(chunks=(b'{"a": ',), drop=True), id="chunked"),
        pytest.param(
            Reply(
                body=gzip.compress(b"x" * 1000)[:20],
                declared_length=500,
                headers={"Content-Encoding": "gzip"},
            ),
            id="gzip",
        ),
        pytest.param(Reply(body=b"plain text", headers={"Content-Encoding": "gzip"}), id="no-gzip"),
    ],
)
def test_an_answer_cut_off_fails_and_keeps_its_trace_id(get: Get, reply: Reply) -> None:
    traced = Reply(
        body=reply.body,
        declared_length=reply.declared_length,
        chunks=reply.chunks,
        drop=reply.drop,
        headers={**reply.headers, "Trace-Id": "t-cut"},
    )
    with ScriptedServer(traced) as server, pytest.raises(TransportFailed) as caught:
        get(server.url)
    assert caught.value.sent
    assert caught.value.status == 200
    assert caught.value.trace_id == "t-cut"


def test_a_dropped_connection_counts_as_sent(get: Get) -> None:
    with ScriptedServer(Reply(drop=True)) as server, pytest.raises(TransportFailed) as caught:
        get(server.url)
    assert caught.value.sent
    assert caught.value.status == 0


def test_a_refused_connection_counts_as_not_sent(get: Get) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TransportFailed) as caught:
            get(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert not caught.value.sent
    assert not caught.value.timed_out


def test_silence_times_out(get: Get) -> None:
    with ScriptedServer(Reply(delay=1.5)) as server, pytest.raises(TransportFailed) as caught:
        get(server.url)
    assert caught.value.timed_out
    assert caught.value.sent


def test_a_drip_fed_answer_ends_at_the_deadline(get: Get) -> None:
    started = time.monotonic()
    with ScriptedServer(Reply(body=b"x" * 50, drip=0.2)) as server:
        with pytest.raises(TransportFailed) as caught:
            get(server.url)
        assert time.monotonic() - started < 3
    assert caught.value.timed_out


def test_redirects_are_answers_and_take_no_token_along(get: Get) -> None:
    with ScriptedServer(Reply()) as target:
        away = Reply(303, b"", {"Location": f"{target.url}/elsewhere"})
        with ScriptedServer(away) as server:
            answer = get(server.url, authorization="Bearer secret")
    assert answer.status == 303
    assert not target.seen


def test_cookies_are_not_kept(get: Get) -> None:
    with ScriptedServer(Reply(headers={"Set-Cookie": "session=1; Path=/"})) as server:
        get(server.url)
        get(server.url)
    assert "cookie" not in server.seen[1].headers


def test_netrc_does_not_replace_the_token(
    get: Get, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:
        file.write("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", netrc)
    with ScriptedServer(Reply()) as server:
        get(server.url, authorization="Bearer mine")
        get(server.url)
    assert server.seen[0].headers["authorization"] == "Bearer mine"
    assert "authorization" not in server.seen[1].headers


def test_printing_a_request_shows_no_token() -> None:
    request = WireRequest("GET", "http://x", {}, authorization="Bearer very-secret")
    assert "very-secret" not in repr(request)


def test_moments_in_a_query_become_utc() -> None:
    warsaw = timezone(timedelta(hours=2))
    moment = datetime(2026, 9, 2, 12, 30, tzinfo=warsaw)
    assert query_pairs({"updatedAt.gte": moment}) == (
        ("updatedAt.gte", "2026-09-02T10:30:00.000Z"),
    )


def test_a_naive_moment_in_a_query_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        query_pairs({"updatedAt.gte": datetime(2026, 9, 2)})  # noqa: DTZ001 - the point


def test_query_values_are_written_as_allegro_reads_them() -> None:
    query = {"a": None, "b": True, "c": ["x", None, "y"], "d": Decimal("1E+2"), "e": ()}
    assert query_pairs(query) == (("b", "true"), ("c", "x"), ("c", "y"), ("d", "100"))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("", None), ("7", 7.0), ("1.5", 1.5), ("-3", None), ("nan", None),
     ("inf", None), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)  # fmt: skip
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value) == seconds


def test_retry_after_as_a_date_counts_from_now() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert retry_after_seconds(later) == pytest.approx(90, abs=2)


def test_the_server_sees_the_method_and_the_body(transport: Transport) -> None:
    with ScriptedServer(lambda seen: Reply(body=seen.body)) as server:
        request = WireRequest("PUT", f"{server.url}/file", {"Content-Type": "x/y"}, content=b"raw")
        assert transport.send(request).content == b"raw"
    seen: Seen = server.seen[0]
    assert (seen.method, seen.path, seen.headers["content-type"]) == ("PUT", "/file", "x/y")
