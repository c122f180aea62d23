"""The list of products: what it is narrowed to, in which order, what a row shows.

What narrows it has an index that leads with the organization and ends in the order of the list, or is
met soon when it is frequent; prices have none (see ``Product.Meta``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.paging import Page, paged
from core.row_ids import among
from products.figures import Figures, figures_of
from products.models import Category, Product
from products.queries.finding import SEARCH_BOUND, found_ids
from products.queries.sync_rules import Syncing, sync_reasons
from products.syncing import tagged

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50
SORTS: dict[str, tuple[Any, ...]] = {
    "recent": ("-pk",),
    "name": ("name", "pk"),
    "code": ("code", "pk"),
    "price": (F("selling_price").asc(nulls_last=True), "pk"),
    "price_down": (F("selling_price").desc(nulls_last=True), "-pk"),
}
STATES = {
    "active": _("Active"),
    "inactive": _("Inactive"),
    "archived": _("Archived"),
    "all": _("All"),
}
FILTERS = {
    "no_offer": _("No offer"),
    "offer": _("Has an offer"),
    "no_ean": _("No EAN"),
    "wrong_ean": _("EAN needs a look"),
    "no_image": _("No image"),
    "no_price": _("No price"),
    "low_stock": _("Low stock"),
}
STOCKS = {
    "in": _("In stock"),
    "out": _("Sold out"),
    "low": _("Low stock"),
    "unknown": _("No stock is kept"),
}
SYNCS = {
    "yes": _("Syncs"),
    "no": _("Does not sync"),
    "by_hand": _("Chosen by hand"),
    "by_rule": _("Kept out by a rule"),
}
# Not shown in lists and long.
_HEAVY = (
    "search", "description", "short_description", "seo_title", "seo_description", "seo_keywords",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list of products is narrowed to. Codes are keys of the tables above; empty means any.

    ``category`` is a path and means what lies below it too; prices are gross, both ends included.
    """

    search: str = ""
    state: str = "all"
    only: str = ""
    stock: str = ""
    syncs: str = ""
    supplier_id: int | None = None
    category: str = ""
    brand: str = ""
    tag: str = ""
    price_from: Decimal | None = None
    price_until: Decimal | None = None
    sort: str = "recent"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the product list."""

    product: Product
    figures: Figures
    syncing: Syncing


def products_of(*, organization: Organization, wish: Wish) -> QuerySet[Product]:
    """The organization's products as ``wish`` says."""
    products: QuerySet[Product] = Product.objects.for_organization(organization)
    for code, narrowings in ((wish.state, _STATE), (wish.only, _ONLY), (wish.stock, _STOCK),
                             (wish.syncs, _SYNCS)):  # fmt: skip
        if code in narrowings:
            products = narrowings[code](products)
    products = _valued(products, organization, wish)
    if wish.search.strip():
        ids = found_ids(organization=organization, search=wish.search)
        products = products.filter(pk__in=among(ids))
    return products.order_by(*SORTS.get(wish.sort, SORTS["recent"]))


def product_list(*, organization: Organization, wish: Wish, page: int = 1) -> Page[Row]:
    """One page of the list, with stock, offers and why each syncs or not: a fixed number of queries."""
    products = products_of(organization=organization, wish=wish).defer(*_HEAVY)
    found = paged(products, number=page, size=PAGE_SIZE)
    ids = [product.pk for product in found.items]
    figures = figures_of(organization_id=organization.pk, product_ids=ids)
    reasons = sync_reasons(organization_id=organization.pk, products=found.items)
    rows = [
        Row(product, figures.get(product.pk, Figures()), reasons[product.pk])
        for product in found.items
    ]
    capped = bool(wish.search.strip()) and found.total >= SEARCH_BOUND
    return replace(found, items=rows, total_is_exact=found.total_is_exact and not capped)


def chosen_ids(
    *, organization: Organization, ids: Collection[int] = (), wish: Wish | None = None, most: int
) -> list[int]:
    """The organization's among ``ids``, or all that ``wish`` narrows to; up to ``most``, oldest first."""
    if wish is not None:
        products = products_of(organization=organization, wish=wish)
    else:
        kept = list(ids)[:most]
        products = Product.objects.for_organization(organization).filter(pk__in=among(kept))
    return list(products.order_by("pk").values_list("pk", flat=True)[:most])


def categories_at(*, organization: Organization, path: str) -> list[int]:
    """The category with this path and those below it."""
    categories = Category.objects.for_organization(organization).filter(
        Q(path=path) | Q(path__startswith=f"{path} > ")
    )
    return list(categories.values_list("pk", flat=True))


def _valued(
    products: QuerySet[Product], organization: Organization, wish: Wish
) -> QuerySet[Product]:
    exact: dict[str, Any] = {
        "supplier_id": wish.supplier_id,
        "brand": wish.brand or None,
        "selling_price__gte": wish.price_from,
        "selling_price__lte": wish.price_until,
    }
    products = products.filter(
        **{name: value for name, value in exact.items() if value is not None}
    )
    if wish.category:
        below = categories_at(organization=organization, path=wish.category)
        products = products.filter(default_category_id__in=below)
    return products.filter(tagged(wish.tag)) if wish.tag.strip() else products


Narrowing = Callable[[QuerySet[Product]], QuerySet[Product]]


def _sold_out(products: QuerySet[Product]) -> QuerySet[Product]:
    return products.filter(Exists(_levels()), ~Exists(_levels().filter(on_hand__gt=F("reserved"))))


def _levels() -> QuerySet[Any]:
    # Stock is a higher app's; its rows are known here only as what points at a product.
    levels = Product._meta.get_field("stock_levels").related_model
    return levels._default_manager.filter(product_id=OuterRef("pk"))


_STATE: dict[str, Narrowing] = {
    "kept": lambda products: products.filter(archived_at=None),
    "active": lambda products: products.filter(active=True, archived_at=None),
    "inactive": lambda products: products.filter(active=False, archived_at=None),
    "archived": lambda products: products.exclude(archived_at=None),
}
_ONLY: dict[str, Narrowing] = {
    "offer": lambda products: products.filter(
        pk__in=Product.objects.exclude(offer_links=None).values("pk")
    ),
    "no_offer": lambda products: products.filter(offer_links=None),
    "no_ean": lambda products: products.filter(ean=""),
    "wrong_ean": lambda products: products.exclude(ean_finding=""),
    "no_image": lambda products: products.filter(main_image_url=""),
    "no_price": lambda products: products.filter(selling_price=None),
    "low_stock": lambda products: products.filter(low_stock__isnull=False),
}
_STOCK: dict[str, Narrowing] = {
    "in": lambda products: products.filter(Exists(_levels().filter(on_hand__gt=F("reserved")))),
    "out": _sold_out,
    "low": _ONLY["low_stock"],
    "unknown": lambda products: products.filter(~Exists(_levels())),
}
_SYNCS: dict[str, Narrowing] = {
    "yes": lambda products: products.filter(sync_enabled=True, active=True, archived_at=None),
    "no": lambda products: products.filter(
        Q(sync_enabled=False) | Q(active=False) | Q(archived_at__isnull=False)
    ),
    "by_hand": lambda products: products.exclude(sync_choice=""),
    "by_rule": lambda products: products.filter(sync_enabled=False, sync_choice=""),
}
