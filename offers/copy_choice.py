"""What the page of copying an offer shows once an account is chosen."""

from __future__ import annotations

from typing import Any, Protocol

from core.errors import HubError
from offers.copying import Copy, preview_copies
from settings_app.models import Integration


class Chosen(Protocol):
    """A valid choice: where to, and what."""

    @property
    def account(self) -> Integration: ...
    @property
    def copy(self) -> Copy: ...
    @property
    def activate(self) -> bool: ...


def copy_page(*, form: Chosen | None) -> dict[str, Any]:
    """The candidate, with what is in its way; nothing before an account is chosen."""
    if form is None:
        return {}
    try:
        found = preview_copies(integration=form.account, copies=[form.copy], activate=form.activate)
    except HubError as error:
        return {"trouble": error}
    return {"candidate": found.candidates[0] if found.candidates else None}
