from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member may do: viewers look, staff work, owners also manage members and integrations."""

    OWNER = "owner", _("Owner")
    STAFF = "staff", _("Staff")
    VIEWER = "viewer", _("Viewer")

    @property
    def rank(self) -> int:
        return {"viewer": 1, "staff": 2, "owner": 3}[self.value]

    def allows(self, needed: Role) -> bool:
        """Whether this role may do what ``needed`` asks for."""
        return self.rank >= needed.rank
