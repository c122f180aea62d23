"""What Allegro shows of an offer beyond its list: the document, its marketplaces, its problems."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from offers.enums import MarketplaceState, ProblemSource
from offers.models.offer import Offer


class OfferContent(TenantModel):
    """An offer in full, as Allegro sent it at ``read_at``; the newest reading only.

    ``document`` is kept whole because a write must send arrays whole again. The hashes are the
    canonical texts of ``offers.values``, so that equal means the same for a buyer.
    """

    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="content")
    document = models.JSONField(_("document"))
    document_hash = models.CharField(max_length=64, editable=False)
    description_hash = models.CharField(max_length=64, blank=True, editable=False)
    images_hash = models.CharField(max_length=64, blank=True, editable=False)
    validated_at = models.DateTimeField(_("checked by Allegro"), null=True, blank=True)
    read_at = models.DateTimeField(_("read in full"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = "offer content"
        verbose_name_plural = "offer contents"
        indexes = [models.Index(fields=["organization", "-read_at"], name="offers_content_recent")]

    def __str__(self) -> str:
        return f"content of offer {self.offer_id}"


class OfferMarketplace(TenantModel):
    """An offer on a marketplace beside its own: the gross price there, and whether it is shown.

    ``state`` is Allegro's word (an open set); ``refusal_codes`` say why it is REFUSED, and each is
    an :class:`OfferProblem` with words and a remedy as well.
    """

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="marketplaces")
    marketplace = models.CharField(_("marketplace"), max_length=40)
    price = models.DecimalField(
        _("price, gross"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    state = models.CharField(_("state"), max_length=20, default=MarketplaceState.NOT_REQUESTED)
    refusal_codes = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    seen_at = models.DateTimeField(_("seen at Allegro"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "marketplace"], name="offers_marketplace_once")
        ]
        indexes = [
            models.Index(
                fields=["organization", "marketplace", "-offer"], name="offers_marketplace_offers"
            )
        ]

    def __str__(self) -> str:
        return f"offer {self.offer_id} on {self.marketplace}"


class OfferProblem(TenantModel):
    """Something Allegro objects to in an offer; the row goes when the objection does.

    ``code`` is Allegro's, ``offers.problem_codes`` has words and a remedy for those known.
    ``message`` is what Allegro said itself, in the language we asked in; ``path`` is where.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, related_name="problems", db_index=False
    )
    source = models.CharField(_("found by"), max_length=10, choices=ProblemSource.choices)
    code = models.CharField(_("code"), max_length=100)
    is_error = models.BooleanField(_("keeps the offer from being shown"), default=True)
    message = models.CharField(_("Allegro's words"), max_length=1000, blank=True)
    path = models.CharField(_("where"), max_length=200, blank=True)
    first_seen_at = models.DateTimeField(_("since"))
    last_seen_at = models.DateTimeField(_("seen last"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "source", "code", "path"], name="offers_problem_once"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "code", "-offer"], name="offers_problem_code"),
            models.Index(fields=["integration", "code", "-offer"], name="offers_problem_account"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of offer {self.offer_id}"


class OfferChange(TenantModel):
    """A value seen at Allegro that was another one before: the memory behind the offer's history.

    ``before`` and ``after`` are canonical texts of ``offers.values``; empty is unknown. Who made
    the change (a buyer, the seller at Allegro, we ourselves) is not known here: what we wrote stands
    among the writes.
    """

    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    field = models.CharField(_("field"), max_length=40)
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)
    seen_at = models.DateTimeField(_("seen at Allegro"))

    class Meta:
        indexes = [
            models.Index(fields=["offer", "-id"], name="offers_change_offer"),
            models.Index(fields=["seen_at"], name="offers_change_age"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of offer {self.offer_id}"
