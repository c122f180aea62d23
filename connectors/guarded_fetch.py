"""Fetching an address a person typed or a file named, without being led into our own network.

Such an address may point at this machine, at a neighbour, or at a cloud's metadata service. So every
hop is resolved here, refused unless all its addresses are public, and connected to by the very
address that was judged: a name that answers otherwise a moment later changes nothing. Redirects are
followed by hand, each judged anew. Proxies of the environment, cookies and ``.netrc`` play no part.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import urljoin

from certifi import where
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
T = TypeVar("T")
Take = Callable[[BaseHTTPResponse, Url], T]
NOT_MODIFIED = 304

_CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_USER_AGENT = "AllegroHub-fetch/1.0"
# Addresses of the old internet are reachable through these prefixes of the new one.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class FetchRefused(Exception):
    """We do not fetch this: ``code`` says why; asking again changes nothing."""

    retryable = False

    def __init__(self, code: str, message: str) -> None:
        """Keep a stable code and words that hold no address of our network."""
        super().__init__(message)
        self.code = code


class FetchFailed(Exception):
    """It could not be had at the moment."""

    retryable = True


@dataclass(frozen=True)
class Fetched:
    """What was found, its media type without parameters, and where it was in the end."""

    content: bytes
    media_type: str
    url: str


@dataclass(frozen=True)
class Rules:
    """What may be fetched. ``hosts`` (``name`` or ``name:port``) need not be public addresses.

    ``media_types`` empty means any. Times in seconds; ``seconds`` bounds one hop as a whole.
    """

    max_bytes: int
    media_types: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    max_redirects: int = 3
    timeout: float = 10.0
    seconds: float = 30.0


@dataclass(frozen=True)
class Version:
    """What a host said about what it gave, to ask it by the next time. Empty texts: it said nothing."""

    etag: str = ""
    last_modified: str = ""


NO_VERSION = Version()


def fetch(url: str, *, rules: Rules) -> Fetched:
    """Get what lies at ``url``. Raises :class:`FetchRefused` or :class:`FetchFailed`."""

    def take(answer: BaseHTTPResponse, parts: Url) -> Fetched:
        return Fetched(b"".join(_content(answer, rules)), _media_type(answer), parts.url)

    return _followed(url, rules, {}, take)


def download(
    url: str,
    *,
    rules: Rules,
    write: Callable[[bytes], object],
    known: Version = NO_VERSION,
    authorization: str = "",
) -> Version | None:
    """Hand what lies at ``url`` to ``write`` piece by piece; None when it is still the ``known`` version.

    ``authorization`` is sent to the host of ``url`` only, not to where it leads. Raises
    :class:`FetchRefused` or :class:`FetchFailed`, also after pieces were handed over.
    """

    def take(answer: BaseHTTPResponse, _parts: Url) -> Version | None:
        if answer.status == NOT_MODIFIED:
            return None
        for piece in _content(answer, rules):
            write(piece)
        said = answer.headers
        return Version(said.get("ETag", "")[:200], said.get("Last-Modified", "")[:60])

    headers = {
        "If-None-Match": known.etag,
        "If-Modified-Since": known.last_modified,
        "Authorization": authorization,
    }
    return _followed(url, rules, {name: value for name, value in headers.items() if value}, take)


def _followed(url: str, rules: Rules, headers: Mapping[str, str], take: Take[T]) -> T:
    first = _parsed(url)
    for _hop in range(rules.max_redirects + 1):
        parts = _parsed(url)
        same = (parts.scheme, parts.host, parts.port) == (first.scheme, first.host, first.port)
        sent = {name: value for name, value in headers.items() if same or name != "Authorization"}
        onward, found = _fetch_once(parts, rules, sent, take)
        if onward is None:
            return cast("T", found)
        url = urljoin(url, onward)
    raise FetchRefused("too_many_redirects", "The address leads on and on.")


def is_public(address: Address) -> bool:
    """Whether an address lies in the open internet, also when one hides inside another."""
    inner: Address | None = None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo is not None:
            return False
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast


def _parsed(url: str) -> Url:
    try:
        parts = parse_url(url.strip())
    except LocationParseError as error:
        raise FetchRefused("not_an_address", "This is no address.") from error
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise FetchRefused("not_http", "An address must begin with https:// or http://.")
    if parts.auth:
        raise FetchRefused("with_password", "An address must not hold a name and password.")
    return parts


def _fetch_once(
    parts: Url, rules: Rules, sent: Mapping[str, str], take: Take[T]
) -> tuple[str | None, T | None]:
    """One request: where it leads, or what was found."""
    host = str(parts.host)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _judged(host.strip("[]"), port, rules.hosts)
    timeout = Timeout(connect=rules.timeout, read=rules.timeout)
    pool = (
        HTTPSConnectionPool(
            address,
            port,
            timeout=timeout,
            retries=False,
            server_hostname=host,
            assert_hostname=host,
            cert_reqs="CERT_REQUIRED",
            ca_certs=where(),
        )
        if parts.scheme == "https"
        else HTTPConnectionPool(address, port, timeout=timeout, retries=False)
    )
    headers = {
        "Host": parts.netloc or host,
        "User-Agent": _USER_AGENT,
        "Accept": ", ".join(sorted(rules.media_types)) or "*/*",
        "Accept-Encoding": "identity",
        **sent,
    }
    try:
        with pool:
            answer = pool.urlopen(
                "GET",
                parts.request_uri,
                headers=headers,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            with closing(answer):
                if answer.status in _REDIRECTS and (onward := answer.headers.get("Location")):
                    return onward, None
                _check(
                    answer,
                    rules,
                    conditional="If-None-Match" in sent or "If-Modified-Since" in sent,
                )
                return None, take(answer, parts)
    except (HTTPError, OSError) as error:
        raise FetchFailed(f"No answer ({type(error).__name__}).") from error


def _judged(host: str, port: int, allowed: Collection[str]) -> str:
    """The address to connect to. Raises FetchRefused unless all addresses of the host are public."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed("The host was not found.") from error
    addresses = [str(row[4][0]) for row in rows]
    if host in allowed or f"{host}:{port}" in allowed:
        return addresses[0]
    if not all(is_public(ipaddress.ip_address(one.partition("%")[0])) for one in addresses):
        raise FetchRefused("private_address", "The address lies in a private network.")
    return addresses[0]


def _check(answer: BaseHTTPResponse, rules: Rules, *, conditional: bool) -> None:
    if conditional and answer.status == NOT_MODIFIED:
        return
    if answer.status in {408, 425, 429} or answer.status >= 500:
        raise FetchFailed(f"The host answered {answer.status}.")
    if answer.status != 200:
        raise FetchRefused("not_there", f"The host answered {answer.status}.")
    media_type = _media_type(answer)
    if rules.media_types and media_type not in rules.media_types:
        raise FetchRefused("wrong_type", f"It is {media_type or 'of no stated type'}.")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise FetchRefused("encoded", "It came compressed although that was not asked for.")


def _media_type(answer: BaseHTTPResponse) -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _content(answer: BaseHTTPResponse, rules: Rules) -> Iterator[bytes]:
    announced = answer.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > rules.max_bytes:
        raise FetchRefused("too_large", "It is too large.")
    until = time.monotonic() + rules.seconds
    size = 0
    while chunk := answer.read1(_CHUNK):
        size += len(chunk)
        if size > rules.max_bytes:
            raise FetchRefused("too_large", "It is too large.")
        if time.monotonic() > until:
            raise FetchFailed("It came too slowly.")
        yield chunk
    if announced.isdigit() and size != int(announced):
        raise FetchFailed("It ended too early.")
