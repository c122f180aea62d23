"""Changing sync rules, and bringing the catalogue in line with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.enums import WorkState
from core.errors import HubError, NotYours
from core.outbox import publish
from core.work import DrainReport, LostClaim, claimed, drain, fenced
from products.currencies import is_currency
from products.enums import RuleAct, RuleEffect
from products.locks import rules_move
from products.models import Category, Product, SyncRule, SyncSelection
from products.operations.syncing import decide_syncing
from products.operations.working import hint_work
from products.queries.sync_rules import live_rules
from settings_app.models import Supplier

if TYPE_CHECKING:
    from accounts.models import Organization, User

log = structlog.get_logger(__name__)
# More rules than this nobody can follow, and each costs every product a comparison.
MOST_RULES = 50
BATCH = 2000
VALUES = ("name", "effect", "category", "supplier", "brand", "tag", "price_from", "price_until",
          "currency")  # fmt: skip


class InvalidRule(HubError):
    """A rule cannot be kept; ``fields`` says why."""

    code = "invalid_rule"
    title = gettext_lazy("The rule has invalid values")


@dataclass(frozen=True, slots=True)
class RuleValues:
    """A rule as it is to be. Nothing given is no condition."""

    name: str
    effect: str
    category: Category | None = None
    supplier: Supplier | None = None
    brand: str = ""
    tag: str = ""
    price_from: Decimal | None = None
    price_until: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One thing done to the list of rules; ``rule_id`` is not needed to add one."""

    act: RuleAct
    rule_id: int | None = None
    values: RuleValues | None = None


def proposed_rules(*, organization: Organization, change: RuleChange) -> list[SyncRule]:
    """The rules as they would be, in order; nothing is written.

    Raises :class:`InvalidRule`, :class:`~core.errors.NotYours` for a rule that is not there.
    """
    rules = live_rules(organization_id=organization.pk)
    if change.act == RuleAct.ADD:
        rule = SyncRule(organization=organization)
        _fill(rule, change.values)
        if len(rules) >= MOST_RULES:
            raise InvalidRule(_("There are %(n)d rules already.") % {"n": MOST_RULES})
        return [*rules, rule]
    place = next((at for at, rule in enumerate(rules) if rule.pk == change.rule_id), None)
    if place is None:
        raise NotYours
    if change.act == RuleAct.CHANGE:
        _fill(rules[place], change.values)
    elif change.act == RuleAct.REMOVE:
        del rules[place]
    else:
        to = max(0, min(len(rules) - 1, place + (-1 if change.act == RuleAct.UP else 1)))
        rules.insert(to, rules.pop(place))
    return rules


def change_rules(
    *, organization: Organization, change: RuleChange, actor: User | None, now: datetime
) -> None:
    """Change the rules, and have the catalogue brought in line with them by a worker.

    Audited. Products that start or stop to sync are told of by ``product.changed``. Raises what
    :func:`proposed_rules` does.
    """
    with transaction.atomic():
        # The selection before the rules: so does the worker, and the other way round both would wait.
        _select_anew(organization, now)
        rules_move(organization_id=organization.pk)
        before = {rule.pk: rule.position for rule in live_rules(organization_id=organization.pk)}
        rules = proposed_rules(organization=organization, change=change)
        for position, rule in enumerate(rules, 1):
            same = before.pop(rule.pk, None) == position
            rule.position = position
            if not same or rule.pk == change.rule_id:
                rule.save()
        _remove(list(before), now)
        target = next((r for r in rules if r.pk == change.rule_id), rules[-1] if rules else None)
        audit.record(
            action=f"sync_rule.{change.act.value.lower()}",
            target=target or organization,
            actor=actor,
            organization_id=organization.pk,
            now=now,
            after={"rules": [str(rule) for rule in rules]},
        )


def run_selections(*, seconds: float = 20.0, batch: int = BATCH) -> DrainReport:
    """Bring catalogues in line with changed rules, a batch of products in a transaction."""
    selections = SyncSelection.objects.all()
    return drain(selections, lambda one: _select(one, batch), limit=1, seconds=seconds)


def _select(selection: SyncSelection, size: int) -> None:
    try:
        while _select_batch(selection, size):
            pass
    except LostClaim:
        log.info("selection begun anew", organization_id=selection.organization_id)


def _select_batch(selection: SyncSelection, size: int) -> bool:
    with fenced(selection):
        products = Product.objects.filter(
            organization_id=selection.organization_id, pk__gt=selection.after_id
        ).order_by("pk")
        ids = list(products.values_list("pk", flat=True)[:size])
        if not ids:
            return False
        moved = decide_syncing(
            organization_id=selection.organization_id, product_ids=ids, now=timezone.now()
        )
        if moved:
            publish(
                topic="product.changed",
                payload={"product_ids": moved},
                organization_id=selection.organization_id,
            )
        claimed(selection).update(after_id=ids[-1], changed=F("changed") + len(moved))
    selection.after_id = ids[-1]
    return True


def _select_anew(organization: Organization, now: datetime) -> None:
    SyncSelection.objects.update_or_create(
        organization=organization,
        defaults={
            "state": WorkState.PENDING, "attempts": 0, "next_attempt_at": now,
            "claimed_until": None, "finished_at": None, "last_error": "", "wanted_at": now,
            "after_id": 0, "changed": 0,
        },
    )  # fmt: skip
    hint_work()


def _remove(ids: list[int], now: datetime) -> None:
    # What it named is let go of, so that a supplier or category is not kept by a rule of the past.
    SyncRule.objects.filter(pk__in=ids).update(removed_at=now, category=None, supplier=None)


def _fill(rule: SyncRule, values: RuleValues | None) -> None:
    if values is None:
        raise InvalidRule
    problems: dict[str, list[str]] = {}
    if not values.name.strip():
        problems["name"] = [
            _("Give the rule a name; products are told by it why they do not sync.")
        ]
    if values.effect not in RuleEffect.values:
        problems["effect"] = [_("Say whether the products it fits are synced or kept out.")]
    priced = values.price_from is not None or values.price_until is not None
    if priced and not is_currency(values.currency):
        problems["currency"] = [_("A price needs its currency.")]
    for name in ("category", "supplier"):
        linked = getattr(values, name)
        if linked is not None and linked.organization_id != rule.organization_id:
            problems[name] = [_("Not found.")]
    if problems:
        raise InvalidRule(fields=problems)
    for name in VALUES:
        value: Any = getattr(values, name)
        setattr(rule, name, value.strip() if isinstance(value, str) else value)
    rule.currency = rule.currency.upper() if priced else ""
