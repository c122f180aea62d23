"""Allegro offers as last seen there, and the products of ours behind them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat, Now, Upper
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from offers.enums import LinkSource, LinkState


class Offer(TenantModel, TimestampedModel):
    """One offer of one account. ``allegro_id`` is Allegro's, ``external_id`` the seller's own code.

    Price is gross, in ``currency``. ``remote_seen_at`` is when these values were read, which is when
    they last changed there; ``missing_since`` is set when a full listing did not show it (the
    listing index lags, so it is not deleted for that). The listing knows no EAN: it comes from
    reading the offer in full, at ``details_read_at``.

    The listing only tells that there is an offer and that something may have changed
    (``listed_hash``); once an offer was read, only another reading changes its values. ``read_at``
    is when the newest reading was asked for, ``read_wanted_at`` since when another one is wanted.

    ``stock_available`` is what the lagging listing says, ``stock_shown`` what Allegro itself said when
    it was asked for this offer. ``emptied_at`` is set while the offer is ended because our stock ran
    out, and only such an offer is put on sale again when stock returns.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="offers"
    )
    allegro_id = models.CharField(_("offer number"), max_length=40)
    external_id = models.CharField(_("external id"), max_length=100, blank=True)
    ean = models.CharField(_("EAN"), max_length=14, blank=True)
    title = models.CharField(_("title"), max_length=200)
    category_id = models.CharField(_("Allegro category"), max_length=40, blank=True)
    price = models.DecimalField(
        _("price, gross"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    stock_available = models.IntegerField(_("listed stock"), null=True, blank=True)
    stock_sold = models.IntegerField(_("sold in 30 days"), null=True, blank=True)
    publication_status = models.CharField(_("status"), max_length=20)
    marketplace = models.CharField(_("base marketplace"), max_length=40, blank=True)
    image_url = models.CharField(max_length=1000, blank=True)
    link_state = models.CharField(
        _("link"), max_length=12, choices=LinkState.choices, default=LinkState.UNLINKED
    )
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    first_seen_at = models.DateTimeField()
    remote_seen_at = models.DateTimeField(_("seen at Allegro"))
    details_read_at = models.DateTimeField(_("read in full"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at Allegro"), null=True, blank=True)
    # Whoever writes an offer down without having read it leaves it to be read.
    read_wanted_at = models.DateTimeField(
        _("to be read since"), null=True, blank=True, db_default=Now()
    )
    listed_hash = models.CharField(max_length=64, blank=True, editable=False)
    fulfilled_by_allegro = models.BooleanField(_("fulfilled by Allegro"), default=False)
    stock_shown = models.IntegerField(_("stock shown at Allegro"), null=True, blank=True)
    stock_shown_at = models.DateTimeField(_("stock read at"), null=True, blank=True)
    emptied_at = models.DateTimeField(_("ended for want of stock"), null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)

    search = models.GeneratedField(
        expression=Upper(
            Concat(
                F("title"),
                Value(" "),
                F("external_id"),
                Value(" "),
                F("allegro_id"),
                Value(" "),
                F("ean"),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "allegro_id"], name="offers_once")
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="offers_recent"),
            models.Index(fields=["organization", "external_id"], name="offers_external_id"),
            models.Index(
                fields=["organization", "ean"], name="offers_ean", condition=~models.Q(ean="")
            ),
            # What a two-letter search walks: too short for trigrams.
            models.Index(
                F("organization"),
                OpClass(Upper("external_id"), name="text_pattern_ops"),
                name="offers_external_id_upper",
            ),
            models.Index(fields=["integration", "-id"], name="offers_by_account"),
            models.Index(fields=["organization", "link_state", "-id"], name="offers_by_link"),
            models.Index(
                fields=["integration", "id"],
                name="offers_to_read",
                condition=models.Q(read_wanted_at__isnull=False, missing_since__isnull=True),
            ),
            models.Index(
                fields=["organization", "publication_status", "-id"], name="offers_by_status"
            ),
            GinIndex(
                fields=["organization", "search"],
                name="offers_search",
                opclasses=["int8_ops", "gin_trgm_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.allegro_id} {self.title}"


class OfferLink(TenantModel):
    """A product inside an offer, and how many pieces of it one sold unit takes."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="links")
    product = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, related_name="offer_links"
    )
    units_per_offer = models.PositiveIntegerField(_("pieces per sold unit"), default=1)
    source = models.CharField(_("recognised by"), max_length=12, choices=LinkSource.choices)
    linked_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    linked_at = models.DateTimeField()
    batch = models.ForeignKey(
        "offers.LinkBatch", on_delete=models.SET_NULL, null=True, blank=True, related_name="made"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "product"], name="offers_link_once"),
            models.CheckConstraint(
                condition=models.Q(units_per_offer__gt=0), name="offers_link_takes_pieces"
            ),
        ]
        indexes = [models.Index(fields=["organization", "product"], name="offers_link_product")]

    def __str__(self) -> str:
        return f"{self.units_per_offer} x {self.product_id} in {self.offer_id}"
