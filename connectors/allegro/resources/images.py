"""Images for offers."""

from __future__ import annotations

from connectors.allegro.answers import Answer, Caller
from connectors.allegro.types import UploadedImage

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp")


class Images:
    """Uploads to Allegro's image host. An image no offer uses vanishes within hours."""

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def upload_url(self, url: str) -> UploadedImage:
        """Let Allegro fetch an image from a public address."""
        return _uploaded(self._caller.request("images.upload_url", body={"url": url}))

    def upload_bytes(self, content: bytes, *, content_type: str = "image/jpeg") -> UploadedImage:
        """Upload an image: JPEG, PNG or WebP. Raises ValueError for another type or no content."""
        if not content or content_type not in IMAGE_TYPES:
            raise ValueError(f"an image needs content of {', '.join(IMAGE_TYPES)}")
        return _uploaded(
            self._caller.request("images.upload_bytes", content=content, content_type=content_type)
        )


def _uploaded(answer: Answer) -> UploadedImage:
    expires = answer.mapping().get("expiresAt")
    return UploadedImage(answer.identifier("location"), str(expires or ""), answer.trace_id)
