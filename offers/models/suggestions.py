"""Products that are probably in an offer, and links made of many such suggestions at once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from offers.enums import SuggestedBy


class LinkBatch(TenantModel):
    """Suggestions of one kind turned into links at once by a person, who can take them back."""

    why = models.CharField(_("recognised by"), max_length=12, choices=SuggestedBy.choices)
    links = models.PositiveIntegerField(_("links made"), default=0)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "link batches"
        indexes = [
            models.Index(fields=["organization", "-made_at"], name="offers_link_batch_recent")
        ]

    def __str__(self) -> str:
        return f"{self.links} links by {self.why}"


class LinkSuggestion(TenantModel):
    """The one product that is probably behind an offer without any. A person decides.

    Made anew whenever the offer or the product changes, so an id seen on a page stands for exactly
    what was seen.
    """

    offer = models.OneToOneField(
        "offers.Offer", on_delete=models.CASCADE, related_name="suggestion"
    )
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    why = models.CharField(_("recognised by"), max_length=12, choices=SuggestedBy.choices)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        indexes = [models.Index(fields=["organization", "why", "-id"], name="offers_suggested")]

    def __str__(self) -> str:
        return f"{self.product_id} for offer {self.offer_id}: {self.why}"
