"""Pictures brought to Allegro: each content once for an account, while Allegro keeps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, Rejected
from connectors.guarded_fetch import FetchFailed, FetchRefused, Rules, fetch
from core.errors import HubError
from offers.models import UploadedImage
from settings_app.models import Integration

# JPEG, PNG and WebP by their first bytes: what a host says its file is proves nothing.
_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
MOST_BYTES = 12 * 1024 * 1024
# An upload that ends within this time might be gone before the offer that uses it exists.
SPARE = timedelta(minutes=30)
# When Allegro does not say how long it keeps an unused picture; 3 to 6 hours are told of.
ASSUMED = timedelta(hours=3)


class ImageRefused(HubError):
    """A picture that Allegro will not have, or that cannot be fetched; only a person can change that."""

    code = "image_refused"

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(problem)
        self.address = address


class ImageAway(HubError):
    """The host of the picture does not answer; later it may."""

    status = 503
    code = "image_away"
    retryable = True


def is_at_allegro(url: str) -> bool:
    """Whether a picture lies on Allegro's own picture hosts."""
    host = (urlsplit(url).hostname or "").lower()
    return "allegroimg." in host


def upload_image(
    *, integration: Integration, client: AllegroClient, url: str, now: datetime
) -> UploadedImage:
    """Have the picture at ``url`` lie at Allegro, and say where; network, so never in a transaction.

    What was uploaded before with the same content is used again while Allegro keeps it. Raises
    :class:`ImageRefused`, :class:`ImageAway`, and what the client raises but for a refused picture.
    """
    content = _fetched(url)
    content_hash = sha256(content).hexdigest()
    known: UploadedImage | None = UploadedImage.objects.filter(
        integration=integration, content_hash=content_hash, expires_at__gt=now + SPARE
    ).first()
    if known is not None:
        return known
    try:
        uploaded = client.images.upload_bytes(content, content_type=_kind(url, content))
    except Rejected as refused:
        raise ImageRefused(url, refused.user_message or refused.message) from refused
    return _kept(
        UploadedImage(
            organization_id=integration.organization_id,
            integration=integration,
            content_hash=content_hash,
            source_url=url[:1000],
            location=uploaded.location,
            uploaded_at=now,
            expires_at=_moment(uploaded.expires_at) or now + ASSUMED,
        )
    )


def _kept(image: UploadedImage) -> UploadedImage:
    """Two workers may upload the same content at once: the later address counts, both are good."""
    UploadedImage.objects.bulk_create(
        [image],
        update_conflicts=True,
        unique_fields=["integration", "content_hash"],
        update_fields=["source_url", "location", "uploaded_at", "expires_at"],
    )
    return image


def _fetched(url: str) -> bytes:
    rules = Rules(max_bytes=MOST_BYTES, hosts=frozenset(settings.FETCH_HOSTS))
    try:
        return fetch(url, rules=rules).content
    except FetchRefused as refused:
        raise ImageRefused(url, _refusal(refused)) from refused
    except FetchFailed as failed:
        raise ImageAway(str(failed)) from failed


def _refusal(refused: FetchRefused) -> str:
    words = {
        "too_large": _("it is larger than 12 MB."),
        "private_address": _("its address lies in a private network."),
        "not_there": _("nothing is found there."),
        "too_many_redirects": _("the address leads on and on."),
    }
    return words.get(refused.code, str(refused))


def _kind(url: str, content: bytes) -> str:
    for beginning, kind in _KINDS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    raise ImageRefused(url, _("it is neither JPEG nor PNG nor WebP."))


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
