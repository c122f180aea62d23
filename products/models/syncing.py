"""Which products sync: rules in order, and working through the catalogue after they change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from core.work import DurableWork, due_index
from products.enums import RuleEffect
from products.models.catalogue import AMOUNT, NOT_NEGATIVE, Category


class SyncRule(TenantModel, TimestampedModel):
    """Products it fits are synced, or kept out. The first rule that fits decides; without one, they sync.

    A rule fits what meets all of its conditions; one without conditions fits everything. Below a
    category its subcategories are meant too. Prices are gross, in ``currency``; ``price_until`` is
    included. Removed rules stay, because products are told by them until they are worked through.
    """

    position = models.PositiveSmallIntegerField(_("place in the order"))
    name = models.CharField(_("name"), max_length=80)
    effect = models.CharField(_("products it fits"), max_length=8, choices=RuleEffect.choices)
    category = models.ForeignKey(
        Category,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    supplier = models.ForeignKey(
        "settings_app.Supplier",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplier"),
    )
    brand = models.CharField(_("brand"), max_length=160, blank=True)
    tag = models.CharField(_("tag"), max_length=100, blank=True)
    price_from = models.DecimalField(
        _("price from"), **AMOUNT, null=True, blank=True, validators=NOT_NEGATIVE
    )
    price_until = models.DecimalField(
        _("price until"), **AMOUNT, null=True, blank=True, validators=NOT_NEGATIVE
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price_from=None, price_until=None) | ~Q(currency=""),
                name="products_rule_price_has_currency",
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "position", "id"],
                name="products_rule_order",
                condition=Q(removed_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SyncSelection(TenantModel, DurableWork):
    """The organization's catalogue being brought in line with its rules, a batch of products at a time.

    ``after_id`` is the last product that was looked at, ``changed`` how many started or stopped to sync.
    """

    wanted_at = models.DateTimeField(_("rules changed"))
    after_id = models.BigIntegerField(default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="products_selection_once")
        ]
        indexes = [due_index("products_selection_due")]

    def __str__(self) -> str:
        return f"syncing of organization {self.organization_id}"
