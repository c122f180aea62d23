"""The seller's own catalogue. A product is known by its code, which is Allegro's external id."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Concat, Upper
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from products.enums import EanFinding, SyncChoice

AMOUNT: dict[str, Any] = {"max_digits": 14, "decimal_places": 4}
SIZE: dict[str, Any] = {"max_digits": 12, "decimal_places": 4, "null": True, "blank": True}
NOT_NEGATIVE = [MinValueValidator(Decimal(0))]


class Category(TenantModel):
    """A category of the seller's own catalogue, by its full path (``Kitchen > Mugs``)."""

    path = models.CharField(_("path"), max_length=500)

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["organization", "path"], name="products_category_path")
        ]

    def __str__(self) -> str:
        return self.path


class Product(TenantModel, TimestampedModel):
    """One thing the seller sells, in one variant.

    Prices: ``purchase_price`` is net in ``purchase_currency``, ``selling_price`` is gross in
    ``selling_currency`` (Allegro's prices are gross). Sizes in centimetres, weights in kilograms,
    volume in litres. Unknown is null, never zero.
    """

    code = models.CharField(_("code"), max_length=100)
    external_id = models.CharField(_("id in the source"), max_length=100, blank=True)
    parent_code = models.CharField(_("variant of"), max_length=100, blank=True)
    name = models.CharField(_("name"), max_length=300)
    name_url = models.CharField(_("name in the address"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    short_description = models.TextField(_("short description"), blank=True)
    brand = models.CharField(_("brand"), max_length=160, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=160, blank=True)
    supplier = models.ForeignKey(
        "settings_app.Supplier",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("supplier"),
    )
    ean = models.CharField(_("EAN"), max_length=14, blank=True)
    manufacturer_code = models.CharField(_("manufacturer's code"), max_length=100, blank=True)

    purchase_price = models.DecimalField(
        _("purchase price, net"), **AMOUNT, null=True, blank=True, validators=NOT_NEGATIVE
    )
    purchase_tax_rate = models.DecimalField(
        _("purchase VAT, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[*NOT_NEGATIVE, MaxValueValidator(Decimal(100))],
    )
    purchase_gross = models.DecimalField(
        _("purchase price, gross"), **AMOUNT, null=True, blank=True, validators=NOT_NEGATIVE
    )
    purchase_currency = models.CharField(_("purchase currency"), max_length=3, blank=True)
    selling_price = models.DecimalField(
        _("selling price, gross"), **AMOUNT, null=True, blank=True, validators=NOT_NEGATIVE
    )
    selling_currency = models.CharField(_("selling currency"), max_length=3, blank=True)

    weight = models.DecimalField(_("weight, kg"), **SIZE, validators=NOT_NEGATIVE)
    net_weight = models.DecimalField(_("net weight, kg"), **SIZE, validators=NOT_NEGATIVE)
    volume = models.DecimalField(_("volume, l"), **SIZE, validators=NOT_NEGATIVE)
    height = models.DecimalField(_("height, cm"), **SIZE, validators=NOT_NEGATIVE)
    width = models.DecimalField(_("width, cm"), **SIZE, validators=NOT_NEGATIVE)
    depth = models.DecimalField(_("depth, cm"), **SIZE, validators=NOT_NEGATIVE)
    length = models.DecimalField(_("length, cm"), **SIZE, validators=NOT_NEGATIVE)
    material = models.CharField(_("material"), max_length=200, blank=True)
    origin = models.CharField(_("country of origin"), max_length=80, blank=True)

    minimum_stock = models.PositiveIntegerField(_("minimum stock"), null=True, blank=True)
    track_inventory = models.BooleanField(_("stock is tracked"), default=True)
    availability = models.CharField(_("availability"), max_length=120, blank=True)
    main_image_url = models.CharField(_("main image"), max_length=1000, blank=True)
    seo_title = models.CharField(_("SEO title"), max_length=300, blank=True)
    seo_description = models.TextField(_("SEO description"), blank=True)
    seo_keywords = models.CharField(_("SEO keywords"), max_length=500, blank=True)
    tags = models.CharField(_("tags"), max_length=500, blank=True)
    default_category = models.ForeignKey(
        Category,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    categories = models.ManyToManyField(Category, blank=True, related_name="products")

    active = models.BooleanField(_("active"), default=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    # What others read. It follows from the choice of a person, else from the first rule that fits.
    sync_enabled = models.BooleanField(_("may sync"), default=True)
    sync_choice = models.CharField(
        _("syncing"), max_length=6, choices=SyncChoice.choices, blank=True
    )
    sync_rule = models.ForeignKey(
        "products.SyncRule",
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    search = models.GeneratedField(
        expression=Upper(
            Concat(
                F("code"),
                Value(" "),
                F("name"),
                Value(" "),
                F("ean"),
                Value(" "),
                F("manufacturer_code"),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    ean_finding = models.GeneratedField(
        expression=Func(F("ean"), function="products_ean_finding"),
        output_field=models.CharField(_("EAN check"), max_length=10, choices=EanFinding.choices),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "code"], name="products_code_once"),
            models.CheckConstraint(
                condition=models.Q(selling_price=None)
                | (models.Q(selling_price__gte=0) & ~models.Q(selling_currency="")),
                name="products_selling_price_has_currency",
            ),
            models.CheckConstraint(
                condition=models.Q(purchase_price=None)
                | (models.Q(purchase_price__gte=0) & ~models.Q(purchase_currency="")),
                name="products_purchase_price_has_currency",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="products_recent"),
            models.Index(fields=["organization", "name", "id"], name="products_by_name"),
            models.Index(
                fields=["organization", "ean"], name="products_ean", condition=~models.Q(ean="")
            ),
            GinIndex(
                fields=["organization", "search"],
                name="products_search",
                opclasses=["int8_ops", "gin_trgm_ops"],
            ),
            models.Index(
                models.F("organization"),
                OpClass(Upper("code"), name="text_pattern_ops"),
                name="products_code_upper",
            ),
            # Prices have no index on purpose: one would make every change of a price rewrite all others.
            models.Index(
                fields=["organization", "brand", "-id"],
                name="products_by_brand",
                condition=~models.Q(brand=""),
            ),
            models.Index(
                fields=["organization", "-id"],
                name="products_without_ean",
                condition=models.Q(ean=""),
            ),
            models.Index(
                fields=["organization", "-id"],
                name="products_without_image",
                condition=models.Q(main_image_url=""),
            ),
            models.Index(
                fields=["organization", "-id"],
                name="products_wrong_ean",
                condition=~models.Q(ean_finding=""),
            ),
            models.Index(
                fields=["organization", "-id"],
                name="products_kept_out",
                condition=models.Q(sync_enabled=False),
            ),
            models.Index(
                fields=["organization", "-id"],
                name="products_archived",
                condition=models.Q(archived_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def ean_words(self) -> str:
        """What is wrong with the EAN, for a person; Django makes no words for generated columns."""
        return str(EanFinding(self.ean_finding).label) if self.ean_finding else ""


class ProductImage(TenantModel):
    """A picture of a product by address, in the order it is shown; position 0 is the main one."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    url = models.CharField(max_length=1000)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "position"], name="products_image_position")
        ]

    def __str__(self) -> str:
        return self.url
