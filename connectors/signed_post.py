"""One signed POST: a notice to the operator's own notification service.

The address comes from the installation's environment alone, never from a tenant or an answer;
redirects are not followed. Signed as our own receiver wants it, see :mod:`core.signing`.
"""

from __future__ import annotations

import time

from connectors.allegro.transport import Transport, TransportFailed, WireRequest
from core.signing import SCHEME, signature

TIMEOUT = 10.0


class ServiceUnavailable(Exception):
    """The service did not answer, or not now; trying again later can help."""

    retryable = True


class ServiceRefused(Exception):
    """The service will not take this, however often it is sent."""

    retryable = False


def post_notice(*, url: str, secret: str, user_agent: str, delivery_id: str, body: bytes) -> None:
    """POST one JSON body. ``delivery_id`` is the same for a repetition; the service drops those.

    Raises :class:`ServiceUnavailable` for no answer, 408, 425, 429 and 5xx, and
    :class:`ServiceRefused` for any other answer but 2xx, redirects included.
    """
    timestamp = str(int(time.time()))
    transport = Transport(connect_timeout=TIMEOUT, read_timeout=TIMEOUT)
    try:
        answer = transport.send(
            WireRequest(
                method="POST",
                url=url,
                headers={
                    "Content-Type": "application/json",
                    "User-Agent": user_agent,
                    "X-Hub-Event-Id": delivery_id,
                    "X-Hub-Timestamp": timestamp,
                    "X-Hub-Signature": SCHEME + signature(secret, timestamp, body),
                },
                content=body,
            )
        )
    except TransportFailed as failed:
        raise ServiceUnavailable(failed.reason) from None
    finally:
        transport.close()
    if answer.status in (408, 425, 429) or answer.status >= 500:
        raise ServiceUnavailable(f"the notification service answered {answer.status}")
    if not 200 <= answer.status < 300:
        raise ServiceRefused(f"the notification service answered {answer.status}")
