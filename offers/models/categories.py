"""Where a category of ours lies at Allegro, and what fills the parameters offers have there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from offers.enums import ParameterSource


class CategoryMapping(TenantModel, TimestampedModel):
    """The Allegro category in which products of one category of ours are published.

    ``allegro_path`` are the names from the top of Allegro's tree, as they were when it was chosen.
    """

    category = models.OneToOneField(
        "products.Category", on_delete=models.CASCADE, related_name="allegro_mapping"
    )
    allegro_category_id = models.CharField(_("Allegro category"), max_length=40)
    allegro_path = models.CharField(_("path at Allegro"), max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "allegro_category_id"], name="offers_mapping_theirs"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category_id} is {self.allegro_category_id}"


class ParameterDefault(TenantModel):
    """What fills one parameter of a mapped category: one value for all, or a field of the product.

    ``value_id`` names a value of the parameter's dictionary, ``value`` is free text or a number.
    ``describes_product`` says whether Allegro keeps it with the catalogue product or with the offer.
    """

    mapping = models.ForeignKey(
        CategoryMapping, on_delete=models.CASCADE, related_name="defaults", db_index=False
    )
    parameter_id = models.CharField(_("parameter"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    describes_product = models.BooleanField(_("describes the product"), default=False)
    source = models.CharField(
        _("filled by"),
        max_length=6,
        choices=ParameterSource.choices,
        default=ParameterSource.VALUE,
    )
    value_id = models.CharField(max_length=80, blank=True)
    value = models.CharField(_("value"), max_length=500, blank=True)
    field = models.CharField(_("field of the product"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mapping", "parameter_id"], name="offers_parameter_default_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.mapping_id}"
