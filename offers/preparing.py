"""What is known of products that are to become offers of an account, read for many at once.

Reads the database in a fixed number of queries and Allegro's categories from the cache or from Allegro;
so never inside a transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import structlog
from django.utils import timezone

from core.errors import HubError
from core.row_ids import among
from inventory.queries import available_by_product
from offers.categories import category
from offers.enums import Field, price_field
from offers.marketplaces import base_marketplace, currencies
from offers.models import CategoryMapping, ParameterDefault, PublishSettings
from offers.ours.computing import price_from_rules
from offers.ours.facts import Account, OfferSide, Part
from offers.ours.reading import account_of, money_of
from offers.pricing import Cost, Priced
from offers.publishing.facts import Filling, Parameter, Place, ProductFacts, Terms
from offers.publishing.parameters import KNOWN_NAMES, read_parameters
from offers.queries import feeding_warehouse_ids
from offers.targets import Part as StockPart
from offers.targets import pieces
from products.models import Category, Product
from settings_app.models import Integration

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Products by id, with the terms of the account they would be published in."""

    terms: Terms
    products: Mapping[int, ProductFacts]


def prepare(*, integration: Integration, product_ids: Collection[int]) -> Prepared:
    """All that decides about publishing these products; foreign and unknown ids are left out.

    Raises what reading Allegro's marketplaces raises; a category whose parameters cannot be read now is
    told as such and stops only its own products.
    """
    products = list(
        Product.objects.filter(
            organization_id=integration.organization_id, pk__in=among(product_ids)
        )
        .select_related("default_category", "supplier")
        .prefetch_related("images", "categories")
        .order_by("pk")
    )
    places = _places(integration, products)
    stock = available_by_product(
        organization_id=integration.organization_id,
        product_ids=[one.pk for one in products],
        warehouse_ids=feeding_warehouse_ids(integration_id=integration.pk),
    )
    terms = terms_of(integration=integration)
    account = account_of(integration=integration, now=timezone.now())
    facts = {
        one.pk: _with_prices(
            _facts(one, places, stock.get(one.pk), integration.stock_buffer),
            one,
            terms.currency,
            account,
        )
        for one in products
    }
    return Prepared(terms, facts)


def _with_prices(
    facts: ProductFacts, product: Product, currency: str, account: Account
) -> ProductFacts:
    priced = _priced(product, Field.PRICE, currency, account)
    elsewhere = {
        place: _priced(product, price_field(place), currency, account).price
        for place in account.rules
        if place
    }
    return replace(
        facts,
        price=priced.price,
        price_reason=priced.reason,
        elsewhere={place: price for place, price in elsewhere.items() if price is not None},
    )


def terms_of(*, integration: Integration) -> Terms:
    """What new offers of the account get. Raises what reading Allegro's marketplaces raises."""
    marketplace = base_marketplace(integration)
    currency = currencies(integration=integration).get(marketplace, "")
    chosen = PublishSettings.objects.filter(integration=integration).first()
    if chosen is None:
        return Terms(integration.pk, marketplace, currency)
    return Terms(
        integration.pk,
        marketplace,
        currency,
        shipping_rates=chosen.shipping_rates_id,
        handling_time=chosen.handling_time,
        return_policy=chosen.return_policy_id,
        implied_warranty=chosen.implied_warranty_id,
        warranty=chosen.warranty_id,
        producer=chosen.responsible_producer_id,
        safety=chosen.safety_information.strip(),
        before_gpsr=chosen.marketed_before_gpsr,
        city=chosen.city,
        post_code=chosen.post_code,
        province=chosen.province,
        country=chosen.country_code,
        invoice=chosen.invoice,
        tax_rate=chosen.tax_rate,
    )


def parameters_of(
    *, integration: Integration, category_id: str
) -> tuple[Parameter, ...] | None:  # fmt: skip
    """The parameters of an Allegro category; None when they cannot be read at the moment."""
    try:
        found = category(integration=integration, category_id=category_id)
    except HubError as error:
        log.warning("parameters not read", category_id=category_id, code=error.code)
        return None
    return read_parameters(found.get("parameters") or ())


def _places(integration: Integration, products: Iterable[Product]) -> dict[int, Place]:
    """Where each category of ours lies at Allegro, by our category's id."""
    wanted = {one.pk for product in products for one in _categories(product)}
    mappings = CategoryMapping.objects.filter(category_id__in=among(wanted))
    defaults: dict[int, dict[str, Filling]] = {}
    for one in ParameterDefault.objects.filter(mapping__in=mappings):
        filling = Filling(value_id=one.value_id, value=one.value, field=one.field)
        defaults.setdefault(one.mapping_id, {})[one.parameter_id] = filling
    rows = list(mappings)
    parameters = {
        key: parameters_of(integration=integration, category_id=key)
        for key in sorted({one.allegro_category_id for one in rows})
    }
    return {
        one.category_id: Place(
            one.allegro_category_id,
            one.allegro_path,
            parameters[one.allegro_category_id],
            defaults.get(one.pk, {}),
        )
        for one in rows
    }


def _categories(product: Product) -> list[Category]:
    """The product's categories, the main one first."""
    main = [product.default_category] if product.default_category else []
    return [*main, *(one for one in product.categories.all() if one not in main)]


def _facts(
    product: Product, places: Mapping[int, Place], available: int | None, buffer: int
) -> ProductFacts:
    own = _categories(product)
    mapped = next((one for one in own if one.pk in places), None)
    shown = mapped or (own[0] if own else None)
    tracked = product.track_inventory
    known = available is not None and tracked
    return ProductFacts(
        id=product.pk,
        code=product.code,
        title=product.name,
        description=product.description or product.short_description,
        ean=product.ean,
        images=images_of(product),
        quantity=pieces([StockPart(available, 1)], buffer=buffer) if known else None,
        tracked=tracked,
        archived=product.is_archived,
        active=product.active,
        our_category=shown.path if shown else "",
        our_category_id=shown.pk if shown else None,
        place=places[mapped.pk] if mapped else None,
        fields={name: _text(getattr(product, name)) for name in KNOWN_NAMES},
    )


def images_of(product: Product) -> tuple[str, ...]:
    """Addresses of the product's pictures in order; the main one alone when there is no list."""
    listed = sorted(product.images.all(), key=lambda one: one.position)
    return tuple(one.url for one in listed) or tuple(filter(None, [product.main_image_url]))


def _priced(product: Product, field: str, currency: str, account: Account) -> Priced:
    """The price one piece of the product has as an offer: by the account's rule, else as it stands."""
    side = OfferSide(0, "", currency, parts=(Part(product.pk, _cost(product)),))
    return price_from_rules(side, field, account)


def _cost(product: Product) -> Cost:
    supplier = product.supplier
    return Cost(
        selling=money_of(product.selling_price, product.selling_currency),
        purchase=money_of(product.purchase_price, product.purchase_currency),
        purchase_gross=money_of(product.purchase_gross, product.purchase_currency),
        margin=supplier.margin_percent if supplier else None,
        vat=product.purchase_tax_rate,
    )


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
