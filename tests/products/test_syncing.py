"""Which products sync: choices, rules in order, and the catalogue that follows them."""

from __future__ import annotations

import threading
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.enums import WorkState
from core.errors import NotYours
from core.models import OutboxMessage
from products import operations
from products.enums import RuleAct
from products.models import Category, Product, ProductChange, SyncRule, SyncSelection
from products.operations import InvalidRule, RuleChange, RuleValues
from products.queries import live_rules, sync_reason
from products.queries.sync_rules import moves_by
from settings_app.models import Supplier
from tests.factories import OrganizationFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def add(organization: Any, name: str, effect: str = "EXCLUDE", **conditions: Any) -> SyncRule:
    change = RuleChange(RuleAct.ADD, values=RuleValues(name=name, effect=effect, **conditions))
    operations.change_rules(
        organization=organization, change=change, actor=None, now=timezone.now()
    )
    operations.run_selections(batch=2)
    return live_rules(organization_id=organization.pk)[-1]


def syncing(organization: Any) -> set[str]:
    products = Product.objects.filter(organization=organization, sync_enabled=True)
    return set(products.values_list("code", flat=True))


def test_each_condition_fits_what_it_says(organization: Any) -> None:
    books = Category.objects.create(organization=organization, path="Books")
    comics = Category.objects.create(organization=organization, path="Books > Comics")
    bookshelves = Category.objects.create(organization=organization, path="Bookshelves")
    supplier = Supplier.objects.create(organization=organization, name="Hurt")
    make = ProductFactory
    make(organization=organization, code="BOOK", default_category=books)
    make(organization=organization, code="COMIC", default_category=comics)
    make(organization=organization, code="SHELF", default_category=bookshelves)
    make(organization=organization, code="SUPPLIED", supplier=supplier)
    make(organization=organization, code="BRAND", brand="Zababa")
    make(organization=organization, code="TAG", tags="zima, Nie na Allegro")
    make(organization=organization, code="CHEAP", selling_price=Decimal(3), selling_currency="PLN")
    make(organization=organization, code="EURO", selling_price=Decimal(3), selling_currency="EUR")
    everything = syncing(organization)

    def kept_out(**conditions: Any) -> set[str]:
        rule = add(organization, "rule", **conditions)
        found = everything - syncing(organization)
        operations.change_rules(
            organization=organization,
            change=RuleChange(RuleAct.REMOVE, rule.pk),
            actor=None,
            now=timezone.now(),
        )
        operations.run_selections()
        assert syncing(organization) == everything
        return found

    assert kept_out(category=books) == {"BOOK", "COMIC"}
    assert kept_out(supplier=supplier) == {"SUPPLIED"}
    assert kept_out(brand="zababa") == {"BRAND"}
    assert kept_out(tag="nie na allegro") == {"TAG"}
    assert kept_out(price_until=Decimal(3), currency="pln") == {"CHEAP"}
    assert kept_out(brand="Zababa", tag="zima") == set()
    assert kept_out() == everything


def test_the_first_rule_that_fits_decides_and_a_choice_beats_them(
    organization: Any, owner: Any, now: datetime
) -> None:
    kept = ProductFactory(organization=organization, code="IN", brand="Zababa")
    out = ProductFactory(organization=organization, code="OUT")
    chosen = ProductFactory(organization=organization, code="CHOSEN")
    add(organization, "only Zababa", "INCLUDE", brand="Zababa")
    rule = add(organization, "nothing else")
    operations.update_product(
        product=chosen, values={"sync_choice": "ALWAYS"}, actor=owner, now=now
    )

    assert syncing(organization) == {"IN", "CHOSEN"}
    for product in (kept, out, chosen):
        product.refresh_from_db()
    assert sync_reason(product=kept).reason == "RULE_IN"
    told = sync_reason(product=out)
    assert (told.syncs, told.reason) == (False, "RULE_OUT")
    assert "nothing else" in told.words
    assert sync_reason(product=chosen).reason == "CHOSEN_IN"
    change = ProductChange.objects.get(product=out, field="sync_enabled")
    assert (change.source, change.reference) == ("RULE", str(rule.pk))

    operations.change_rules(
        organization=organization, change=RuleChange(RuleAct.UP, rule.pk), actor=owner, now=now
    )
    operations.run_selections()
    assert syncing(organization) == {"CHOSEN"}


def test_the_flag_of_old_callers_is_a_choice(organization: Any, owner: Any, now: datetime) -> None:
    product: Product = ProductFactory.create(organization=organization)
    product = operations.update_product(
        product=product, values={"sync_enabled": False}, actor=owner, now=now
    )
    assert (product.sync_choice, product.sync_enabled) == ("NEVER", False)
    assert sync_reason(product=product).reason == "CHOSEN_OUT"

    same = operations.update_product(
        product=product, values={"sync_enabled": False}, actor=owner, now=now
    )
    assert same.version == product.version


def test_a_changed_product_is_decided_with_its_change(
    organization: Any, owner: Any, now: datetime
) -> None:
    product: Product = ProductFactory.create(organization=organization, brand="")
    add(organization, "no Zababa", brand="Zababa")
    product.refresh_from_db()
    assert product.sync_enabled

    product = operations.update_product(
        product=product, values={"brand": "Zababa"}, actor=owner, now=now
    )
    assert product.sync_enabled is False
    created = operations.create_product(
        organization=organization, values={"code": "N", "name": "N", "brand": "Zababa"},
        actor=owner, now=now,
    )  # fmt: skip
    assert created.sync_enabled is False


def test_the_preview_counts_what_would_move_and_moves_nothing(organization: Any) -> None:
    for number in range(3):
        ProductFactory(organization=organization, brand="Zababa" if number else "")
    ProductFactory(brand="Zababa")
    change = RuleChange(
        RuleAct.ADD, values=RuleValues(name="no Zababa", effect="EXCLUDE", brand="Zababa")
    )
    proposed = operations.proposed_rules(organization=organization, change=change)

    moves = moves_by(organization=organization, rules=proposed)

    assert (moves.starts, moves.stops, len(moves.some_stops)) == (0, 2, 2)
    assert not SyncRule.objects.exists()
    assert not SyncSelection.objects.exists()
    assert len(syncing(organization)) == 3


def test_those_that_moved_are_told_of_and_only_those(organization: Any) -> None:
    moved = ProductFactory(organization=organization, brand="Zababa")
    ProductFactory(organization=organization)
    add(organization, "no Zababa", brand="Zababa")

    [message] = OutboxMessage.objects.filter(topic="product.changed")
    assert message.payload == {"product_ids": [moved.pk]}
    selection = SyncSelection.objects.get(organization=organization)
    assert (selection.state, selection.changed) == (WorkState.DONE, 1)


def test_rules_that_cannot_be_kept_and_foreign_ones_are_refused(
    organization: Any, other_organization: Any, now: datetime
) -> None:
    foreign = add(other_organization, "theirs")
    theirs = Category.objects.create(organization=other_organization, path="X")
    bad = [
        RuleValues(name=" ", effect="EXCLUDE"),
        RuleValues(name="A", effect="PERHAPS"),
        RuleValues(name="A", effect="EXCLUDE", price_from=Decimal(1)),
        RuleValues(name="A", effect="EXCLUDE", category=theirs),
    ]
    for values in bad:
        with pytest.raises(InvalidRule):
            operations.change_rules(
                organization=organization, change=RuleChange(RuleAct.ADD, values=values),
                actor=None, now=now,
            )  # fmt: skip
    with pytest.raises(NotYours):
        operations.change_rules(
            organization=organization, change=RuleChange(RuleAct.REMOVE, foreign.pk),
            actor=None, now=now,
        )  # fmt: skip
    assert not SyncRule.objects.filter(organization=organization).exists()
    assert live_rules(organization_id=other_organization.pk) == [foreign]


@pytest.mark.django_db(transaction=True)
def test_rules_change_while_a_worker_applies_the_former_ones() -> None:
    """The worker holds its work and waits for the rules; whoever changes them must not wait for it."""
    organization = OrganizationFactory.create()
    ProductFactory.create(organization=organization, brand="Zababa")
    operations.change_rules(
        organization=organization,
        change=RuleChange(RuleAct.ADD, values=RuleValues(name="none", effect="EXCLUDE")),
        actor=None,
        now=timezone.now(),
    )
    failed: list[BaseException] = []
    begin = threading.Barrier(3, timeout=30)

    def repeatedly(act: Any) -> None:
        try:
            begin.wait()
            for _turn in range(15):
                act()
        except BaseException as error:  # noqa: BLE001 -- handed to the test
            failed.append(error)
        finally:
            connection.close()

    def change() -> None:
        rule = live_rules(organization_id=organization.pk)[0]
        values = RuleValues(name="none", effect="EXCLUDE", brand="Zababa")
        operations.change_rules(
            organization=organization, change=RuleChange(RuleAct.CHANGE, rule.pk, values),
            actor=None, now=timezone.now(),
        )  # fmt: skip

    threads = [
        threading.Thread(target=repeatedly, args=(act,))
        for act in (change, operations.run_selections)
    ]
    for thread in threads:
        thread.start()
    begin.wait()
    for thread in threads:
        thread.join(60)
    assert failed == []
    operations.run_selections()
    selection = SyncSelection.objects.get(organization=organization)
    assert (selection.state, syncing(organization)) == (WorkState.DONE, set())
