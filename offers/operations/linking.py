"""Which product is behind an offer: recognised by code, then by EAN, or told by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.errors import StateConflict
from core.outbox import publish
from offers.enums import LinkSource, LinkState
from offers.locks import lock_offers
from offers.models import LinkSuggestion, Offer, OfferLink
from offers.operations.suggesting import suggest_links
from products.models import Product

# An offer is looked at unless a person spoke: their link, or their removing it, stands.
_CANDIDATES = """
    SELECT offer.id, offer.external_id, offer.ean, offer.link_state FROM offers_offer offer
    WHERE offer.organization_id = %(organization)s AND offer.link_state NOT IN ('DETACHED', 'IGNORED')
      AND (%(offers)s::bigint[] IS NULL OR offer.id = ANY(%(offers)s::bigint[]))
      AND NOT EXISTS (SELECT 1 FROM offers_offerlink link
                      WHERE link.offer_id = offer.id AND link.source IN ('PERSON', 'CREATED'))
"""

# One statement, one snapshot: recognise, replace what is recognised otherwise, name the state.
# A link recognised earlier stays when now nothing, or more than one product, matches: a renamed
# product is still the thing in the offer.
_LINK = f"""
    WITH candidate AS MATERIALIZED ({_CANDIDATES}),
    by_code AS (
        SELECT candidate.id AS offer_id, product.id AS product_id
        FROM candidate JOIN products_product product
          ON product.organization_id = %(organization)s AND product.code = candidate.external_id
        WHERE candidate.external_id <> '' AND product.archived_at IS NULL
    ),
    by_ean AS (
        SELECT candidate.id AS offer_id, min(product.id) AS product_id, count(*) AS matches
        FROM candidate JOIN products_product product
          ON product.organization_id = %(organization)s AND product.ean = candidate.ean
        WHERE candidate.ean <> '' AND product.archived_at IS NULL
          AND candidate.id NOT IN (SELECT offer_id FROM by_code)
        GROUP BY candidate.id
    ),
    wanted AS (
        SELECT offer_id, product_id, 'EXTERNAL_ID' AS source FROM by_code
        UNION ALL SELECT offer_id, product_id, 'EAN' FROM by_ean WHERE matches = 1
    ),
    replaced AS (
        DELETE FROM offers_offerlink link USING wanted
        WHERE link.offer_id = wanted.offer_id AND link.product_id <> wanted.product_id
        RETURNING link.offer_id
    ),
    added AS (
        INSERT INTO offers_offerlink
            (organization_id, offer_id, product_id, units_per_offer, source, linked_at)
        SELECT %(organization)s, offer_id, product_id, 1, source, %(now)s FROM wanted
        ON CONFLICT (offer_id, product_id) DO NOTHING
        RETURNING offer_id
    ),
    verdict AS (
        SELECT candidate.id, CASE
            WHEN EXISTS (SELECT 1 FROM wanted WHERE wanted.offer_id = candidate.id)
              OR EXISTS (SELECT 1 FROM offers_offerlink link WHERE link.offer_id = candidate.id)
                THEN 'LINKED'
            WHEN EXISTS (SELECT 1 FROM by_ean WHERE by_ean.offer_id = candidate.id)
                THEN 'AMBIGUOUS'
            WHEN candidate.external_id = '' AND candidate.ean = '' THEN 'NO_IDENTITY'
            ELSE 'UNLINKED' END AS state
        FROM candidate
    ),
    named AS (
        UPDATE offers_offer offer SET link_state = verdict.state, updated_at = %(now)s
        FROM verdict WHERE offer.id = verdict.id AND offer.link_state <> verdict.state
        RETURNING offer.id
    )
    SELECT (SELECT coalesce(array_agg(offer_id ORDER BY offer_id), '{{}}') FROM added),
           (SELECT coalesce(array_agg(DISTINCT offer_id), '{{}}') FROM replaced),
           (SELECT count(*) FROM named),
           (SELECT count(*) FROM candidate)
"""  # noqa: S608 -- composed of constants


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What linking did: ``linked_ids`` got a (new) product, ``relinked_ids`` another than before."""

    linked_ids: list[int]
    relinked_ids: list[int]
    states_changed: int
    looked_at: int


@transaction.atomic
def link_offers(
    *, organization_id: int, offer_ids: Sequence[int] | None, now: datetime
) -> LinkReport:
    """Tie offers to products: external id = product code first, then an EAN only one product has.

    What comes close is suggested (:func:`suggest_links`).

    ``offer_ids`` None means all of the organization. What a person linked or unlinked is left
    alone. Publishes ``offer.linked`` {"offer_ids"} for newly tied offers. Running it again changes
    nothing.
    """
    if offer_ids is not None:
        offer_ids = lock_offers(organization_id=organization_id, offer_ids=offer_ids)
    with connection.cursor() as cursor:
        cursor.execute(_LINK, {"organization": organization_id, "offers": offer_ids, "now": now})
        linked, relinked, named, looked_at = cursor.fetchone()
    suggest_links(organization_id=organization_id, offer_ids=offer_ids, now=now)
    tell_linked(organization_id=organization_id, offer_ids=linked)
    return LinkReport(linked, relinked, named, looked_at)


# Offers without a product that carry the products' codes or EANs, also nearly, or were suggested them.
_AFFECTED = """
    WITH changed AS (
        SELECT id, code, ean FROM products_product
        WHERE organization_id = %(organization)s AND id = ANY(%(products)s)
    ),
    open_offer AS (
        SELECT offer.id FROM changed JOIN offers_offer offer
          ON offer.organization_id = %(organization)s
            AND upper(offer.external_id) = upper(changed.code)
        UNION
        SELECT offer.id FROM changed JOIN offers_offer offer
          ON offer.organization_id = %(organization)s
            AND offer.external_id = changed.ean AND changed.ean <> ''
        UNION
        SELECT offer.id FROM changed JOIN offers_offer offer
          ON offer.organization_id = %(organization)s AND offer.ean <> ''
            AND offer.ean = changed.code
        UNION
        SELECT offer.id FROM changed
        CROSS JOIN LATERAL (
            SELECT lpad(ltrim(changed.ean, '0'), digits, '0') AS ean
            FROM unnest(ARRAY[8, 12, 13, 14]) digits
            WHERE digits >= length(ltrim(changed.ean, '0')) AND changed.ean <> ''
            UNION SELECT changed.ean
        ) spelling
        JOIN offers_offer offer ON offer.organization_id = %(organization)s AND offer.ean <> ''
          AND offer.ean = spelling.ean
        UNION
        SELECT offer_id FROM offers_linksuggestion
        WHERE organization_id = %(organization)s AND product_id = ANY(%(products)s)
    )
    SELECT offer.id FROM open_offer JOIN offers_offer offer USING (id)
    WHERE offer.link_state NOT IN ('LINKED', 'DETACHED', 'IGNORED')
"""


@transaction.atomic
def relink_for_products(
    *, organization_id: int, product_ids: Sequence[int], now: datetime
) -> LinkReport:
    """Look again at the offers without a product that these products may be behind, and no other."""
    with connection.cursor() as cursor:
        cursor.execute(_AFFECTED, {"organization": organization_id, "products": list(product_ids)})
        affected = [row[0] for row in cursor.fetchall()]
    if not affected:
        return LinkReport([], [], 0, 0)
    return link_offers(organization_id=organization_id, offer_ids=affected, now=now)


class AlreadyLinked(StateConflict):
    """The offer holds this product already, with as many pieces."""

    code = "already_linked"
    title = gettext_lazy("The offer is linked to this product already")


@transaction.atomic
def link_offer(
    *, offer: Offer, product: Product, units_per_offer: int, actor: User, now: datetime
) -> OfferLink:
    """Tie a product to an offer by a person's choice; ``units_per_offer`` pieces per sold unit.

    An offer may hold several products (a set). Choosing a product it was recognised by makes the
    link the person's own. Audits and publishes ``offer.linked``. Raises :class:`AlreadyLinked`.
    """
    lock_offers(organization_id=offer.organization_id, offer_ids=[offer.pk])
    before = OfferLink.objects.filter(offer=offer, product=product).first()
    if before and (before.source, before.units_per_offer) == (LinkSource.PERSON, units_per_offer):
        raise AlreadyLinked(remedy=_("Nothing needs to be done."))
    link, _created = OfferLink.objects.update_or_create(
        offer=offer,
        product=product,
        defaults={
            "organization_id": offer.organization_id,
            "units_per_offer": units_per_offer,
            "source": LinkSource.PERSON,
            "linked_by": actor,
            "linked_at": now,
        },
    )
    _set_state(offer, LinkState.LINKED, now)
    audit.record(
        action="offer.linked",
        target=offer,
        actor=actor,
        organization_id=offer.organization_id,
        now=now,
        before={"product_id": product.pk, "units": before.units_per_offer} if before else {},
        after={"product_id": product.pk, "code": product.code, "units": units_per_offer},
    )
    tell_linked(organization_id=offer.organization_id, offer_ids=[offer.pk])
    return link


@transaction.atomic
def unlink_offer(*, link: OfferLink, actor: User, now: datetime) -> None:
    """Take a product out of an offer. An offer left without any is not linked by itself again.

    Audits and publishes ``offer.changed``. Doing it twice does no harm.
    """
    offer = link.offer
    lock_offers(organization_id=offer.organization_id, offer_ids=[offer.pk])
    product = link.product
    if not OfferLink.objects.filter(pk=link.pk).delete()[0]:
        return
    if not OfferLink.objects.filter(offer=offer).exists():
        _set_state(offer, LinkState.DETACHED, now)
    audit.record(
        action="offer.unlinked",
        target=offer,
        actor=actor,
        organization_id=offer.organization_id,
        now=now,
        before={"product_id": product.pk, "code": product.code, "units": link.units_per_offer},
    )
    publish(
        topic="offer.changed",
        payload={"integration_id": offer.integration_id, "offer_ids": [offer.pk]},
        organization_id=offer.organization_id,
    )


@transaction.atomic
def recognise_again(*, offer: Offer, actor: User, now: datetime) -> LinkReport:
    """Let an offer that a person unlinked or ignored be recognised by code and EAN again. Audits."""
    lock_offers(organization_id=offer.organization_id, offer_ids=[offer.pk])
    if offer.link_state in (LinkState.DETACHED, LinkState.IGNORED):
        _set_state(offer, LinkState.UNLINKED, now)
    audit.record(
        action="offer.recognise_again",
        target=offer,
        actor=actor,
        organization_id=offer.organization_id,
        now=now,
    )
    return link_offers(organization_id=offer.organization_id, offer_ids=[offer.pk], now=now)


def _set_state(offer: Offer, state: LinkState, now: datetime) -> None:
    offer.link_state = state
    LinkSuggestion.objects.filter(offer=offer).delete()
    Offer.objects.filter(pk=offer.pk).update(link_state=state, updated_at=now)


def tell_linked(*, organization_id: int, offer_ids: Sequence[int]) -> None:
    if offer_ids:
        publish(
            topic="offer.linked",
            payload={"offer_ids": list(offer_ids)},
            organization_id=organization_id,
        )
