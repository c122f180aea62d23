"""Pictures of the invented goods, drawn on request: a coloured tile with the outline of its kind."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from sandbox.state.offers import Offer
    from sandbox.state.world import World

_PAPER = {
    "czarny": ("#3a3d42", "#f2f2f2"), "biały": ("#f4f4f1", "#4a4d50"),
    "czerwony": ("#f6d5d0", "#a02a1d"), "granatowy": ("#d3dcef", "#1f3a73"),
    "zielony": ("#d5ead5", "#236a34"), "szary": ("#e3e4e6", "#54585e"),
    "beżowy": ("#f1e7d6", "#7a5a2a"), "żółty": ("#faedbd", "#806000"),
    "różowy": ("#f8dbe6", "#a02a5c"), "brązowy": ("#e8dacd", "#6b4122"),
    "turkusowy": ("#cfecea", "#0f6a6a"), "grafitowy": ("#d5d9dd", "#2f353c"),
}  # fmt: skip
_PLAIN = ("#e8e8e4", "#4a4d50")
# Outlines on a grid of 24, by category.
_OUTLINES = {
    "257931": "M5 8h11v7a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4zM16 10h1.5a2.5 2.5 0 0 1 0 5H16M8 3v2M12 3v2",
    "257932": "M4 10h16v6a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3zM2 12h2M20 12h2M7 10V8h10v2M12 8V6",
    "257933": "M4 20 14 10M14 10l5.5-5.5c1.5 3 .5 7-2.5 8.500zM4 20l2 1",
    "304101": "M5 6c2 1 12 1 14 0 1 3 1 9 0 12-2-1-12-1-14 0-1-3-1-9 0-12z",
    "304102": "M8 4h8l3 8H5zM12 12v7M8 20h8",
    "85201": "M8 3v4M12 3v4M6 7h8v4a4 4 0 0 1-8 0zM10 15v2a3 3 0 0 0 6 0v-4a2 2 0 0 1 4 0v7",
    "85202": "M4 15v-3a8 8 0 0 1 16 0v3M4 14h3v6H5a1 1 0 0 1-1-1zM20 14h-3v6h2a1 1 0 0 0 1-1z",
    "85203": "M3 7h18v10H3zM6 10h.5M10 10h.5M14 10h.5M18 10h.5M8 14h8",
    "11501": "M8 4 3 7l2 4 2-1v10h10V10l2 1 2-4-5-3a4 4 0 0 1-8 0z",
    "11502": "M5 15a7 7 0 0 1 14 0M4 15h16v4H4zM12 8V5",
    "63701": "M3 10v4M6 8v8M18 8v8M21 10v4M6 12h12",
    "63702": "M12 4 3 20h18zM12 12l-4 8h8z",
    "48701": "M4 12h8v8H4zM12 12h8v8h-8zM8 4h8v8H8z",
    "48702": "M12 6c-2-2-6-2-8-1v14c2-1 6-1 8 1 2-2 6-2 8-1V5c-2-1-6-1-8 1zM12 6v14",
    "77901": "M7 4h10v3l1 2v11H6V9l1-2zM6 12h12v5H6z",
    "77902": "M8 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM16 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM12 11c-4 0-6 4-5 7 1 2 9 2 10 0 1-3-1-7-5-7z",  # noqa: E501
    "91301": "M6 13h12l-2 8H8zM12 13V8M12 8c0-3 3-4 5-4 0 3-2 4-5 4zM12 10c-3 0-4-2-4-3 2 0 4 1 4 3z",
    "91302": "M3 7h11v5H3zM14 8h3v3h-3zM17 9.5h4M6 12l-1 8h4l1-8",
}  # fmt: skip
_BOX = "M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9"
Endpoint = Callable[[Request], Awaitable[Response]]


def picture_url(base_url: str, offer: Offer) -> str:
    """Where an offer's picture is."""
    return f"{base_url.rstrip('/')}/pictures/{offer.id}.svg"


def picture_routes(world: World) -> list[Route]:
    return [
        Route("/pictures/{offer}.svg", _picture(world), methods=["GET"]),
        Route("/pictures/{name}.png", _photo, methods=["GET"]),
    ]


async def _photo(request: Request) -> Response:
    """A plain PNG of 500 by 500 under any name, another colour for another name: for sellers' files."""
    colour = sha256(request.path_params["name"].encode()).digest()[:3]
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(photo(colour), media_type="image/png", headers=headers)


def photo(colour: bytes, side: int = 500) -> bytes:
    """A PNG of one colour (three bytes: red, green, blue)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    # One picture element as an index into a palette of one: small, and made in no time.
    header = struct.pack(">IIBBBBB", side, side, 8, 3, 0, 0, 0)
    rows = zlib.compress((b"\x00" * (side + 1)) * side)
    parts = ((b"IHDR", header), (b"PLTE", colour), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def _picture(world: World) -> Endpoint:
    async def show(request: Request) -> Response:
        offer = world.offers.get(request.path_params["offer"])
        if offer is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(drawn(offer), media_type="image/svg+xml", headers=headers)

    return show


def drawn(offer: Offer) -> str:
    """The picture as SVG; the last word of the title is its colour."""
    paper, ink = _PAPER.get(offer.name.rpartition(" ")[2], _PLAIN)
    outline = _OUTLINES.get(offer.category_id, _BOX)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="480" height="480">'
        f'<rect width="48" height="48" fill="{paper}"/><path transform="translate(9 9) scale(1.25)" '
        f'd="{outline}" fill="none" stroke="{ink}" stroke-width="1.5" stroke-linecap="round" '
        f'stroke-linejoin="round"/></svg>'
    )
