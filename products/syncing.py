"""Which products sync: what a rule fits, and what decides. Expressions over the product table, no reads.

A person's choice beats every rule; else the first rule that fits decides; else the product syncs. Stock
is no condition on purpose: a product that stops syncing when it is sold out would never be shown as
sold out at Allegro.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    Q,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Replace, Upper
from django.db.models.lookups import Contains

from products.enums import RuleEffect, SyncChoice
from products.models import Product, SyncRule

# What a change of decides anew; nothing else of a product does.
DECIDING = {
    "sync_choice", "default_category", "supplier", "brand", "tags", "selling_price",
    "selling_currency",
}  # fmt: skip


def tagged(tag: str) -> Contains:
    """Products with the tag, whatever its case."""
    listed = Upper(Concat(Value(","), Replace("tags", Value(", "), Value(",")), Value(",")))
    return Contains(listed, f",{tag.strip().upper()},")


def fits(rule: SyncRule, *, below: Mapping[int, Sequence[int]]) -> Q:
    """Products that meet every condition of the rule; ``below`` names the categories under each."""
    conditions = Q()
    if rule.category_id is not None:
        conditions &= Q(default_category_id__in=below[rule.category_id])
    if rule.supplier_id is not None:
        conditions &= Q(supplier_id=rule.supplier_id)
    if rule.brand:
        conditions &= Q(brand__iexact=rule.brand)
    if rule.tag:
        conditions &= Q(tagged(rule.tag))
    if rule.price_from is not None:
        conditions &= Q(selling_price__gte=rule.price_from, selling_currency=rule.currency)
    if rule.price_until is not None:
        conditions &= Q(selling_price__lte=rule.price_until, selling_currency=rule.currency)
    return conditions or ~Q(pk=None)


def deciding_place(rules: Sequence[SyncRule], *, below: Mapping[int, Sequence[int]]) -> Any:
    """The place in ``rules`` (from 1) of the one that decides, 0 where none does."""
    chosen = When(~Q(sync_choice=""), then=Value(0))
    fitting = [
        When(fits(rule, below=below), then=Value(place)) for place, rule in enumerate(rules, 1)
    ]
    return Case(chosen, *fitting, default=Value(0))


def syncs(rules: Sequence[SyncRule]) -> Any:
    """Whether a product syncs, where ``place`` is what :func:`deciding_place` says of it."""
    kept_out = Q(sync_choice=SyncChoice.NEVER)
    out = [place for place, rule in enumerate(rules, 1) if rule.effect == RuleEffect.EXCLUDE]
    if out:
        kept_out |= Q(place__in=out)
    return ExpressionWrapper(~kept_out, output_field=BooleanField())


def rule_at(rules: Sequence[SyncRule]) -> Any:
    """The key of the deciding rule, where ``place`` is what :func:`deciding_place` says."""
    return Case(
        *(When(place=p, then=Value(rule.pk)) for p, rule in enumerate(rules, 1)),
        default=Value(None),
        output_field=BigIntegerField(null=True),
    )


def decided(products: Any, rules: Sequence[SyncRule], below: Mapping[int, Sequence[int]]) -> Any:
    """``products`` with ``place`` and ``would_sync``, and ``moves`` where that is not so already."""
    moves = ExpressionWrapper(~Q(sync_enabled=F("would_sync")), output_field=BooleanField())
    placed = products.annotate(place=deciding_place(rules, below=below))
    return placed.annotate(would_sync=syncs(rules)).annotate(moves=moves)


def unsettled(products: Any, rules: Sequence[SyncRule], below: Mapping[int, Sequence[int]]) -> Any:
    """The decided ones whose flag or deciding rule is not written so yet."""
    return (
        decided(products, rules, below)
        .annotate(
            had_rule=Coalesce("sync_rule_id", Value(0)), has_rule=Coalesce(rule_at(rules), Value(0))
        )
        .filter(Q(moves=True) | ~Q(had_rule=F("has_rule")))
    )


def plainly(product: Product) -> bool:
    """Whether the product syncs when no rule says anything."""
    return product.sync_choice != SyncChoice.NEVER
