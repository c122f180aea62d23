"""Likenesses of products that somebody looked at and found harmless."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from products.enums import Likeness


class NotDuplicate(TenantModel):
    """Products that share ``key`` are different things. Another one that joins them is reported again:
    ``members`` is how many there were when it was said."""

    kind = models.CharField(_("alike in"), max_length=10, choices=Likeness.choices)
    key = models.CharField(_("what they share"), max_length=480)
    members = models.PositiveIntegerField(_("products"))
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "key"], name="products_not_duplicate_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
