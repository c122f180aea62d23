"""The one family of errors that reaches a person: what failed, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise  # plain, or translated when it is shown


class HubError(Exception):
    """A refusal that a person can act on.

    ``code`` is stable and machine-readable, ``detail`` says what failed, ``remedy`` what to do.
    ``retryable`` tells durable work whether trying again by itself can help.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title: ClassVar[Text] = _("The request was refused")
    retryable: bool = False

    def __init__(
        self, detail: Text = "", *, remedy: Text = "", fields: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(str(detail or self.title))
        self.detail = str(detail or self.title)
        self.remedy = str(remedy)
        self.fields = dict(fields or {})

    @property
    def told(self) -> str:
        """What failed and what to do about it, in one line."""
        return f"{self.detail} {self.remedy}".strip()


class NotYours(HubError):
    """The thing does not exist for this organization; told the same way as if it existed nowhere."""

    status = 404
    code = "not_found"
    title: ClassVar[Text] = _("Not found")


class StateConflict(HubError):
    """The thing has moved on since the caller looked at it."""

    status = 409
    code = "conflict"
    title: ClassVar[Text] = _("The state has changed meanwhile")
