"""Images: uploaded by address or as bytes, forgotten after some hours unless used."""

from __future__ import annotations

from sandbox.call import PUBLIC, Answer, Call, Operations
from sandbox.errors import ApiError, invalid
from sandbox.state.clock import iso

operation = Operations()

_LARGEST = 16_000_000


@operation(
    "POST",
    "/sale/images",
    "sale:offers:write",
    consumes=(PUBLIC, "image/jpeg", "image/png", "image/webp"),
)
def upload(call: Call) -> Answer:
    if call.headers.get("content-type", "").startswith("image/"):
        if len(call.raw) > _LARGEST:
            raise ApiError(413, "PayloadTooLarge", "The image is too big")
        if not call.raw:
            raise invalid(422, "The image is empty")
    else:
        url = call.body.get("url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise invalid(422, "url must be an http or https address", "url")
    expires = call.now + call.world.settings.imageLifetimeSeconds
    location = f"https://a.allegroimg.example/original/{call.world.identities.hex(36)}"
    call.world.images[location] = expires
    return Answer(201, {"location": location, "expiresAt": iso(expires)})
