"""Products made from offers that sell something the catalogue does not have yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.errors import HubError, StateConflict
from offers.documents import picture_urls
from offers.enums import LinkSource, LinkState
from offers.locks import lock_offers
from offers.models import LinkSuggestion, Offer, OfferContent, OfferLink
from offers.operations.linking import tell_linked
from offers.values import html_of_sections
from products.models import Product
from products.operations import create_product, replace_images
from settings_app.models import Integration


class HasProduct(StateConflict):
    """The offer has a product, or there is a product with the code it would get."""

    code = "offer_has_product"
    title = gettext_lazy("There is a product already")


@transaction.atomic
def make_product(*, offer: Offer, actor: User | None, now: datetime) -> Product:
    """Make a product with the offer's code, name, EAN, price, text and pictures, and link it.

    The code is the external id, else the offer's number. Audits; publishes ``product.changed`` and
    ``offer.linked``. Raises :class:`HasProduct`, and what :func:`create_product` raises.
    """
    lock_offers(organization_id=offer.organization_id, offer_ids=[offer.pk])
    if OfferLink.objects.filter(offer=offer).exists():
        raise HasProduct(remedy=_("Remove its product first if it is the wrong one."))
    code = offer.external_id or offer.allegro_id
    if Product.objects.filter(organization_id=offer.organization_id, code=code).exists():
        raise HasProduct(
            _("A product has the code %(code)s already.") % {"code": code},
            remedy=_("Choose that product, or restore it if it is archived."),
        )
    content = OfferContent.objects.filter(offer=offer).first()
    document = content.document if content else {}
    product = create_product(
        organization=offer.organization,
        values={
            "code": code,
            "name": offer.title or code,
            "ean": offer.ean,
            "selling_price": offer.price,
            "selling_currency": offer.currency if offer.price is not None else "",
            "description": html_of_sections(document.get("description")),
        },
        actor=actor,
        now=now,
    )
    if urls := picture_urls(document):
        replace_images(product=product, urls=urls, actor=actor, now=now)
    _link(offer, product, actor, now)
    return product


def _link(offer: Offer, product: Product, actor: User | None, now: datetime) -> None:
    OfferLink.objects.create(
        organization_id=offer.organization_id,
        offer=offer,
        product=product,
        source=LinkSource.CREATED,
        linked_by=actor,
        linked_at=now,
    )
    Offer.objects.filter(pk=offer.pk).update(link_state=LinkState.LINKED, updated_at=now)
    LinkSuggestion.objects.filter(offer=offer).delete()
    audit.record(
        action="offer.product_made",
        target=offer,
        actor=actor,
        organization_id=offer.organization_id,
        now=now,
        after={"product_id": product.pk, "code": product.code, "units": 1},
    )
    tell_linked(organization_id=offer.organization_id, offer_ids=[offer.pk])


def make_missing_products(
    *, integration: Integration, offer_ids: Sequence[int], now: datetime
) -> list[int]:
    """Products for offers that nothing recognises, if the account is set so; the offers that got one.

    Only offers with a code of their own that were read in full, so that their EAN had its chance,
    and for which no product is suggested. Of several offers with one code the first makes the
    product, the others are linked to it by their code.
    """
    if not integration.auto_create_product:
        return []
    offers = Offer.objects.filter(
        pk__in=offer_ids, link_state=LinkState.UNLINKED, read_at__isnull=False, suggestion=None
    ).exclude(external_id="")
    made = []
    for offer in offers.select_related("organization").order_by("pk"):
        try:
            with transaction.atomic():
                make_product(offer=offer, actor=None, now=now)
        except HubError:
            # A code taken meanwhile, or values a product cannot have: the offer stays in the inbox.
            continue
        made.append(offer.pk)
    return made
