"""Row locks of this app; always in order of primary key, evaluated at once."""

from __future__ import annotations

from settings_app.models import Integration


def lock_integration(*, integration_id: int) -> Integration:
    """Lock and freshly read one integration. Raises ``Integration.DoesNotExist``.

    Without the key, so that rows pointing at the integration can still be written while its tokens
    are being refreshed.
    """
    found: Integration = Integration.objects.select_for_update(no_key=True).get(pk=integration_id)
    return found
