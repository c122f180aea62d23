"""What is fetched for a person, and what an address of theirs cannot make us do."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.guarded_fetch import (
    FetchFailed,
    FetchRefused,
    Rules,
    Version,
    download,
    fetch,
    is_public,
)
from tests.connectors.scripted_server import Reply, ScriptedServer

PICTURE = Reply(body=b"picture", headers={"Content-Type": "image/png; charset=x"})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def rules(server: ScriptedServer) -> Rules:
    """The scripted server's own name and port are allowed, nothing else on this machine."""
    return Rules(
        max_bytes=1000,
        media_types=frozenset({"image/png"}),
        hosts=frozenset({server.url.removeprefix("http://")}),
        timeout=1.0,
        seconds=2.0,
    )


def play(server: ScriptedServer, *replies: Reply) -> None:
    server.replies = list(replies)
    server.seen.clear()


def refused(url: str, rules: Rules) -> str:
    with pytest.raises(FetchRefused) as caught:
        fetch(url, rules=rules)
    return caught.value.code


def test_what_is_allowed_is_fetched_with_its_type(server: ScriptedServer, rules: Rules) -> None:
    play(server, PICTURE)
    found = fetch(f"{server.url}/a%20b.png?x=1", rules=rules)
    assert (found.content, found.media_type) == (b"picture", "image/png")
    assert server.seen[0].path == "/a%20b.png?x=1"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "0", "2130706433", "0x7f.1", "169.254.169.254",
     "10.0.0.1", "192.168.1.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[fe80::1]"],
)  # fmt: skip
def test_addresses_of_our_own_network_are_refused(
    host: str, server: ScriptedServer, rules: Rules
) -> None:
    strict = replace(rules, hosts=frozenset())
    port = server.url.rpartition(":")[2]
    with pytest.raises((FetchRefused, FetchFailed)) as caught:
        fetch(f"http://{host}:{port}/", rules=strict)
    assert getattr(caught.value, "code", "not found") in {"private_address", "not found"}
    assert server.seen == []


def test_a_redirect_into_our_own_network_is_refused(server: ScriptedServer, rules: Rules) -> None:
    play(server, Reply(status=302, headers={"Location": "http://localhost:1/secrets"}))
    assert refused(server.url, rules) == "private_address"


def test_a_redirect_to_a_file_is_refused(server: ScriptedServer, rules: Rules) -> None:
    play(server, Reply(status=302, headers={"Location": "file:///etc/passwd"}))
    assert refused(server.url, rules) == "not_http"


def test_redirects_are_followed_and_end(server: ScriptedServer, rules: Rules) -> None:
    onward = Reply(status=301, headers={"Location": "/next"})
    play(server, onward, PICTURE)
    assert fetch(server.url, rules=rules).url.endswith("/next")
    play(server, *[onward] * 4)
    assert refused(server.url, rules) == "too_many_redirects"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(status=404), "not_there"),
        (Reply(body=b"<html>", headers={"Content-Type": "text/html"}), "wrong_type"),
        (replace(PICTURE, body=b"x" * 1001), "too_large"),
        (replace(PICTURE, body=b"", chunks=(b"x" * 600, b"x" * 600)), "too_large"),
        (
            replace(PICTURE, headers={"Content-Type": "image/png", "Content-Encoding": "gzip"}),
            "encoded",
        ),
    ],
)
def test_what_is_not_wanted_is_refused(
    reply: Reply, code: str, server: ScriptedServer, rules: Rules
) -> None:
    play(server, reply)
    assert refused(server.url, rules) == code


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=503),
        Reply(drop=True),
        replace(PICTURE, delay=2),
        replace(PICTURE, body=b"x" * 50, drip=0.1),
    ],
)
def test_what_may_work_later_is_said_to_have_failed(
    reply: Reply, server: ScriptedServer, rules: Rules
) -> None:
    play(server, reply)
    with pytest.raises(FetchFailed):
        fetch(server.url, rules=rules)


@pytest.mark.parametrize("url", ["", "ftp://host/x", "http://", "//host/x", "javascript:alert(1)"])
def test_what_is_no_http_address_is_refused(url: str, rules: Rules) -> None:
    assert refused(url, rules) in {"not_http", "not_an_address"}


def test_an_address_with_a_password_is_refused(server: ScriptedServer, rules: Rules) -> None:
    assert refused(server.url.replace("//", "//me:secret@"), rules) == "with_password"


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2001:4860:4860::8888", True), ("100.64.0.1", False), ("224.0.0.1", False),
     ("2002:0a00:0001::", False), ("2002:0808:0808::", True), ("64:ff9b::808:808", True),
     ("2001:0:4136:e378::", False), ("fc00::1", False), ("::", False)],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


CSV = Reply(
    body=b"code;name\n",
    headers={"Content-Type": "text/csv", "ETag": '"v1"', "Last-Modified": "Mon"},
)


def test_a_download_comes_in_pieces_and_tells_its_version(
    server: ScriptedServer, rules: Rules
) -> None:
    play(server, CSV)
    pieces: list[bytes] = []
    found = download(
        server.url,
        rules=replace(rules, media_types=frozenset()),
        write=pieces.append,
        authorization="Bearer key",
    )
    assert (b"".join(pieces), found) == (b"code;name\n", Version('"v1"', "Mon"))
    assert server.seen[0].headers["authorization"] == "Bearer key"
    assert "if-none-match" not in server.seen[0].headers


def test_what_has_not_changed_is_not_fetched_again(server: ScriptedServer, rules: Rules) -> None:
    play(server, Reply(status=304))
    pieces: list[bytes] = []
    known = Version('"v1"', "Mon")
    assert download(server.url, rules=rules, write=pieces.append, known=known) is None
    assert pieces == []
    assert server.seen[0].headers["if-none-match"] == '"v1"'
    assert server.seen[0].headers["if-modified-since"] == "Mon"


def test_not_changed_without_having_asked_is_no_answer(
    server: ScriptedServer, rules: Rules
) -> None:
    play(server, Reply(status=304))
    with pytest.raises(FetchRefused):
        download(server.url, rules=rules, write=lambda _: None)


def test_a_key_does_not_follow_a_redirect_to_another_host(rules: Rules) -> None:
    with ScriptedServer() as one, ScriptedServer() as two:
        play(one, Reply(status=302, headers={"Location": f"{two.url}/x.csv"}))
        play(two, CSV)
        both = frozenset({one.url.removeprefix("http://"), two.url.removeprefix("http://")})
        download(
            one.url,
            rules=replace(rules, hosts=both, media_types=frozenset()),
            write=lambda _: None,
            authorization="Bearer key",
        )
        assert one.seen[0].headers["authorization"] == "Bearer key"
        assert "authorization" not in two.seen[0].headers
