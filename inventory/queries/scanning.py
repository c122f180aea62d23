"""Which product a typed or scanned code means."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import HubError, Text
from products.models import Product

if TYPE_CHECKING:
    from accounts.models import Organization


class UnknownCode(HubError):
    """No product, or more than one, has this code or EAN."""

    status = 404
    code = "unknown_code"
    title: ClassVar[Text] = gettext_lazy("No product has this code")


def product_by_code(*, organization: Organization, text: str) -> Product:
    """The product of a code as it is written, of a code in any case, or of an EAN, in this order.

    A UPC of 12 digits is found by its EAN-13 with a zero before it and the other way round. Raises
    :class:`UnknownCode` when there is none or the choice is not clear.
    """
    wanted = text.strip()
    products = Product.objects.for_organization(organization).order_by("pk")
    found: list[Product] = []
    if wanted:
        eans = {wanted, wanted.removeprefix("0"), wanted.zfill(13)}
        found = (
            list(products.filter(code=wanted)[:2])
            or list(
                products.annotate(code_upper=Upper("code")).filter(code_upper=wanted.upper())[:2]
            )
            or list(products.filter(ean__in=eans).exclude(ean="")[:2])
        )
    if not found:
        raise UnknownCode(
            _("No product has the code or EAN %(text)s.") % {"text": wanted[:60]},
            remedy=_("Look it up among the products, or add its EAN there."),
        )
    if len(found) > 1:
        raise UnknownCode(
            _("Several products have the code or EAN %(text)s.") % {"text": wanted[:60]},
            remedy=_("Type the code of the one you mean."),
        )
    return found[0]
