"""Offers on their way to Allegro: one row for each that is to be created, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from core.work import DurableWork, due_index
from offers.enums import PublicationCause, PublicationReason
from offers.models.offer import Offer

AMOUNT: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}
OPEN = models.Q(state__in=["PENDING", "RUNNING"])


class PublicationBatch(TenantModel):
    """What one person asked to be published at once, in one account."""

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    activate = models.BooleanField(_("put on sale at once"), default=True)
    requested_at = models.DateTimeField(_("asked for"))
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "publication batches"
        indexes = [
            models.Index(fields=["organization", "-id"], name="offers_batch_recent"),
            models.Index(fields=["integration", "-id"], name="offers_batch_account"),
        ]

    def __str__(self) -> str:
        return f"publication batch {self.pk}"


class Publication(DurableWork, TenantModel):
    """The wish that an offer be created, stored before Allegro is called and followed to its result.

    ``external_id`` is what the offer will be known by: when an answer is lost, it is how the offer is
    found again. ``sent_at`` is when the last call that may have created it began; ``known_before``
    are the numbers of offers with this external id that existed then, so none of them is taken for
    the new one. Allegro's answer 202 gives ``allegro_id`` and ``operation_id``, and an operation
    cannot be found again later (allegro-api#10889). ``price``, ``title`` and ``quantity`` are what was
    confirmed, then what was sent.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    batch = models.ForeignKey(
        PublicationBatch, on_delete=models.CASCADE, related_name="publications", db_index=False
    )
    product = models.ForeignKey(
        "products.Product",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="publications",
    )
    source_offer = models.ForeignKey(
        Offer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.SET_NULL, null=True, blank=True, related_name="publications"
    )
    external_id = models.CharField(_("external id"), max_length=100)
    cause = models.CharField(_("cause"), max_length=8, choices=PublicationCause.choices)
    activate = models.BooleanField(_("put on sale at once"), default=True)
    allow_duplicate = models.BooleanField(_("although another offer sells it"), default=False)
    title = models.CharField(_("title"), max_length=200, blank=True)
    price = models.DecimalField(_("price, gross"), **AMOUNT, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    reason = models.CharField(
        _("reason"),
        max_length=12,
        choices=PublicationReason.choices,
        default=PublicationReason.QUEUED,
    )
    requested_at = models.DateTimeField(_("asked for"))
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    body_hash = models.CharField(max_length=64, blank=True, editable=False)
    known_before = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    doubted_at = models.DateTimeField(_("answer lost"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    operation_id = models.CharField(max_length=80, blank=True)
    allegro_id = models.CharField(_("offer number"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "external_id"],
                condition=OPEN,
                name="offers_publication_one_open",
            ),
            models.UniqueConstraint(
                fields=["integration", "product"],
                condition=OPEN & ~models.Q(product=None),
                name="offers_publication_product_open",
            ),
            models.UniqueConstraint(
                fields=["integration", "allegro_id"],
                condition=~models.Q(allegro_id=""),
                name="offers_publication_offer_once",
            ),
        ]
        indexes = [
            due_index("offers_publication_due"),
            models.Index(
                fields=["integration", "next_attempt_at"],
                name="offers_publication_account",
                condition=OPEN,
            ),
            models.Index(fields=["batch", "id"], name="offers_publication_batch"),
            models.Index(fields=["organization", "-id"], name="offers_publication_recent"),
            models.Index(fields=["organization", "state", "-id"], name="offers_publication_state"),
        ]

    def __str__(self) -> str:
        return f"{self.external_id} in account {self.integration_id}"

    @property
    def may_be_cancelled(self) -> bool:
        """Whether nothing was sent yet; a row at work right now is still looked at by the operation."""
        return self.is_open and self.sent_at is None


class PublicationPrice(TenantModel):
    """The price of a new offer on a marketplace beside the account's own."""

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="prices", db_index=False
    )
    marketplace = models.CharField(_("marketplace"), max_length=40)
    price = models.DecimalField(_("price, gross"), **AMOUNT)
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "marketplace"], name="offers_publication_price_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.price} {self.currency} on {self.marketplace}"


class PublicationProblem(TenantModel):
    """One thing that keeps an offer from being created: found by us, or told by Allegro.

    ``code`` is an obstacle's or Allegro's own; ``path`` points into what was sent.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="problems", db_index=False
    )
    code = models.CharField(max_length=80)
    words = models.CharField(_("words"), max_length=1000)
    path = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["publication", "id"], name="offers_publication_problem")]

    def __str__(self) -> str:
        return f"{self.code}: {self.words}"
