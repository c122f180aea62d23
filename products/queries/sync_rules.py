"""Sync rules, and why a product syncs or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from products.enums import SyncChoice, SyncReason
from products.models import Category, Product, SyncRule, SyncSelection
from products.syncing import decided

if TYPE_CHECKING:
    from accounts.models import Organization


@dataclass(frozen=True, slots=True)
class Syncing:
    """Whether a product takes part in syncing, the stable code of why, and the words for it."""

    syncs: bool
    reason: SyncReason
    words: str

    @property
    def tone(self) -> str:
        return "ok" if self.syncs else "neutral"


def live_rules(*, organization_id: int) -> list[SyncRule]:
    """The rules in their order."""
    rules = SyncRule.objects.filter(organization_id=organization_id, removed_at=None)
    return list(rules.select_related("category", "supplier").order_by("position", "pk"))


def categories_below(*, rules: Iterable[SyncRule]) -> dict[int, list[int]]:
    """For each category a rule names, it and all below it; one query, none when none is named."""
    named = {rule.category_id: rule.category for rule in rules if rule.category is not None}
    if not named:
        return {}
    wanted = Q()
    for category in named.values():
        wanted |= Q(path=category.path) | Q(path__startswith=f"{category.path} > ")
    organization_id = next(iter(named.values())).organization_id
    found = Category.objects.filter(wanted, organization_id=organization_id)
    paths = list(found.values_list("pk", "path"))
    return {
        int(key or 0): [
            pk
            for pk, path in paths
            if path == category.path or path.startswith(f"{category.path} > ")
        ]
        for key, category in named.items()
    }


def sync_reason(*, product: Product) -> Syncing:
    """Why one product syncs or does not."""
    return sync_reasons(organization_id=product.organization_id, products=[product])[product.pk]


def sync_reasons(*, organization_id: int, products: Sequence[Product]) -> dict[int, Syncing]:
    """The same for many, in one query at most."""
    wanted = {product.sync_rule_id for product in products if product.sync_rule_id}
    names: dict[int, str] = {}
    if wanted:
        rules = SyncRule.objects.filter(organization_id=organization_id, pk__in=wanted)
        names = dict(rules.values_list("pk", "name"))
    return {product.pk: _told(product, names) for product in products}


def reason_of(product: Product) -> SyncReason:
    """The stable code of why a product syncs or does not; no query."""
    if product.archived_at is not None:
        return SyncReason.ARCHIVED
    if not product.active:
        return SyncReason.INACTIVE
    if product.sync_choice:
        chosen_in = product.sync_choice == SyncChoice.ALWAYS
        return SyncReason.CHOSEN_IN if chosen_in else SyncReason.CHOSEN_OUT
    if product.sync_rule_id is None:
        return SyncReason.NO_RULE
    return SyncReason.RULE_IN if product.sync_enabled else SyncReason.RULE_OUT


def takes_part(product: Product) -> bool:
    """Whether the product syncs."""
    return product.sync_enabled and product.active and product.archived_at is None


def _told(product: Product, names: dict[int, str]) -> Syncing:
    reason = reason_of(product)
    words = str(reason.label)
    name = names.get(product.sync_rule_id or 0, "")
    if reason == SyncReason.RULE_OUT and name:
        words = _("Excluded by the rule “%(name)s”") % {"name": name}
    elif reason == SyncReason.RULE_IN and name:
        words = _("Included by the rule “%(name)s”") % {"name": name}
    return Syncing(takes_part(product), reason, words)


@dataclass(frozen=True, slots=True)
class Moves:
    """What other rules would do: how many products start and stop to sync, and some of them."""

    starts: int
    stops: int
    some_starts: list[Product]
    some_stops: list[Product]


SOME = 10


def moves_by(*, organization: Organization, rules: Sequence[SyncRule]) -> Moves:
    """What these rules, instead of the present ones, would move; nothing is written."""
    products = Product.objects.for_organization(organization)
    moving = decided(products, rules, categories_below(rules=rules)).filter(moves=True)
    counts = dict(moving.order_by().values_list("would_sync").annotate(count=Count("pk")))
    some = {
        would: list(moving.filter(would_sync=would).order_by("pk")[:SOME])
        if counts.get(would)
        else []
        for would in (True, False)
    }
    return Moves(counts.get(True, 0), counts.get(False, 0), some[True], some[False])


def rule_page(*, organization: Organization) -> dict[str, Any]:
    """The rules in order with how many products each decides, and whether they are being applied."""
    rules = live_rules(organization_id=organization.pk)
    products = Product.objects.for_organization(organization).filter(archived_at=None)
    counts = dict(products.order_by().values_list("sync_rule_id").annotate(count=Count("pk")))
    by_hand = products.exclude(sync_choice="").order_by().values_list("sync_choice")
    return {
        "rules": [(rule, counts.get(rule.pk, 0)) for rule in rules],
        "by_hand": dict(by_hand.annotate(count=Count("pk"))),
        "selection": SyncSelection.objects.for_organization(organization).first(),
    }
