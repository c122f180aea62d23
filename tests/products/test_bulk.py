"""Editing many products: previewed, applied each once, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from core.errors import StateConflict
from core.models import OutboxMessage
from core.work import claim_due
from products import operations
from products.editing import rounded
from products.enums import EditRowState, EditStage, Rounding
from products.models import BulkEdit, BulkEditRow, Category, Product, ProductChange
from products.operations import InvalidEdit, NothingChosen, StepGiven, TooMany
from products.operations.bulk import running
from products.queries import Wish
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def _product(organization: Any, code: str, **values: Any) -> Product:
    values = {"selling_price": Decimal(10), "selling_currency": "PLN"} | values
    made: Product = ProductFactory.create(organization=organization, code=code, **values)
    return made


def _start(organization: Any, actor: Any, *steps: StepGiven, **chosen: Any) -> BulkEdit:
    if not chosen:
        chosen = {"wish": Wish()}
    return operations.start_edit(
        organization=organization, given=steps, actor=actor, now=timezone.now(), **chosen
    )


def _states(edit: BulkEdit) -> dict[str, tuple[str, str]]:
    rows = edit.rows.values_list("product__code", "state", "reason")
    return {code: (state, reason) for code, state, reason in rows}


UP = StepGiven("selling_price", "PERCENT", "10")


def test_preview_changes_nothing_and_says_what_is_refused(organization: Any, owner: Any) -> None:
    _product(organization, "A")
    _product(organization, "B", selling_price=None, selling_currency="")
    _product(organization, "C", archived_at=timezone.now())
    _product(organization, "D", selling_price=Decimal(0))
    _product(ProductFactory().organization, "FOREIGN")

    edit = _start(organization, owner, UP)

    assert (edit.stage, edit.state) == (EditStage.PREVIEW, WorkState.DONE)
    assert _states(edit) == {
        "A": ("READY", ""),
        "B": ("REFUSED", "NO_PRICE"),
        "C": ("REFUSED", "ARCHIVED"),
        "D": ("REFUSED", "BELOW_ZERO"),
    }
    assert Product.objects.get(code="A").selling_price == 10
    assert not OutboxMessage.objects.filter(topic="product.changed").exists()


def test_confirming_applies_notes_and_tells_once(
    organization: Any, owner: Any, now: datetime
) -> None:
    first, second = _product(organization, "A"), _product(organization, "B", tags="old, Zima")
    edit = _start(
        organization, owner, UP, StepGiven("tags", "ADD", "zima, nowe"),
        StepGiven("minimum_stock", "SET", "3"), ids=[first.pk, second.pk],
    )  # fmt: skip

    edit = operations.confirm_edit(edit=edit, actor=owner, now=now)

    assert edit.stage == EditStage.APPLIED
    second.refresh_from_db()
    assert (second.selling_price, second.tags, second.minimum_stock, second.version) == (
        Decimal(11), "old, zima, nowe", 3, 2,
    )  # fmt: skip
    message = OutboxMessage.objects.get(topic="product.changed")
    assert message.payload == {"product_ids": [first.pk, second.pk]}
    change = ProductChange.objects.get(product=first, field="selling_price")
    assert (change.source, change.reference, change.actor) == ("BULK", str(edit.pk), owner)
    with pytest.raises(StateConflict):
        operations.confirm_edit(edit=edit, actor=owner, now=now)
    first.refresh_from_db()
    assert first.selling_price == 11


def test_what_changed_after_the_preview_is_decided_anew(
    organization: Any, owner: Any, now: datetime
) -> None:
    product = _product(organization, "A")
    edit = _start(organization, owner, UP)
    Product.objects.filter(pk=product.pk).update(selling_price=Decimal(20))

    operations.confirm_edit(edit=edit, actor=owner, now=now)

    product.refresh_from_db()
    assert product.selling_price == 22


def test_undo_gives_former_values_back_where_nothing_has_changed_since(
    organization: Any, owner: Any, now: datetime
) -> None:
    category = Category.objects.create(organization=organization, path="Kubki")
    kept = _product(organization, "A", brand="Stara")
    touched = _product(organization, "B", brand="Stara")
    edit = _start(
        organization, owner, UP, StepGiven("brand", "SET", "Nowa"),
        StepGiven("default_category", "SET", "Kubki"),
    )  # fmt: skip
    operations.confirm_edit(edit=edit, actor=owner, now=now)
    Product.objects.filter(pk=touched.pk).update(selling_price=Decimal("15.50"))

    edit = operations.undo_edit(edit=edit, actor=owner, now=now)

    kept.refresh_from_db()
    touched.refresh_from_db()
    assert edit.stage == EditStage.UNDONE
    assert (kept.selling_price, kept.brand, kept.default_category) == (10, "Stara", None)
    assert (touched.selling_price, touched.brand) == (Decimal("15.50"), "Stara")
    assert {code: state for code, (state, _r) in _states(edit).items()} == {
        "A": EditRowState.UNDONE, "B": EditRowState.KEPT,
    }  # fmt: skip
    assert category.pk


def test_a_killed_worker_leaves_whole_batches_and_the_next_goes_on(
    organization: Any, owner: Any, now: datetime
) -> None:
    for number in range(7):
        _product(organization, f"P{number}")
    edit = _start(organization, owner, UP)
    BulkEdit.objects.filter(pk=edit.pk).update(
        stage=EditStage.APPLYING,
        state=WorkState.PENDING,
        after_id=0,
        rows_done=0,
        next_attempt_at=now,
    )
    [claimed] = claim_due(BulkEdit.objects.filter(pk=edit.pk), now=timezone.now())
    rows = BulkEditRow.objects.filter(edit=edit).order_by("pk")
    running._applier(claimed)(claimed, list(rows[:3]))
    BulkEdit.objects.filter(pk=edit.pk).update(
        after_id=rows[2].pk, rows_done=3, claimed_until=now - timedelta(minutes=1)
    )

    operations.run_edits(batch=2)

    edit.refresh_from_db()
    assert (edit.stage, edit.rows_done) == (EditStage.APPLIED, 7)
    prices = set(Product.objects.filter(organization=organization).values_list("selling_price"))
    assert prices == {(Decimal("11.0000"),)}


def test_a_cancelled_edit_is_not_applied(organization: Any, owner: Any, now: datetime) -> None:
    product = _product(organization, "A")
    edit = operations.cancel_edit(edit=_start(organization, owner, UP), actor=owner, now=now)

    with pytest.raises(StateConflict):
        operations.confirm_edit(edit=edit, actor=owner, now=now)
    product.refresh_from_db()
    assert product.selling_price == 10


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ([StepGiven("selling_price", "SET", "ten")], "selling_price"),
        ([StepGiven("selling_price", "SET", "-1")], "selling_price"),
        ([StepGiven("selling_price", "SET", "1 zlote")], "selling_price"),
        ([StepGiven("selling_price", "PERCENT", "-100")], "selling_price"),
        ([StepGiven("brand", "PERCENT", "5")], "brand"),
        ([StepGiven("brand", "SET", "")], "brand"),
        ([StepGiven("code", "SET", "X")], "code"),
        ([StepGiven("active", "SET", "perhaps")], "active"),
        ([StepGiven("default_category", "SET", "Nowhere")], "default_category"),
        ([StepGiven("supplier", "SET", "1")], "supplier"),
        ([StepGiven("minimum_stock", "SET", "1.5")], "minimum_stock"),
        ([StepGiven("brand", "SET", "A"), StepGiven("brand", "CLEAR")], "steps"),
    ],
)
def test_steps_that_cannot_be_done_are_named(
    organization: Any, owner: Any, steps: Sequence[StepGiven], field: str
) -> None:
    _product(organization, "A")
    with pytest.raises(InvalidEdit) as refused:
        _start(organization, owner, *steps)
    assert field in refused.value.fields
    assert not BulkEdit.objects.exists()


def test_nothing_and_too_many_are_refused(organization: Any, owner: Any) -> None:
    foreign = ProductFactory()
    with pytest.raises(NothingChosen):
        _start(organization, owner, UP, ids=[foreign.pk])
    _product(organization, "A")
    _product(organization, "B")
    with pytest.raises(TooMany):
        _start(organization, owner, UP, wish=Wish(), most=1)
    assert not BulkEdit.objects.exists()


@pytest.mark.parametrize(
    ("price", "rounding", "expected"),
    [
        ("10.005", Rounding.CENT, "10.01"),
        ("10.25", Rounding.TENTH, "10.3"),
        ("10.49", Rounding.WHOLE, "10"),
        ("10.30", Rounding.NINES, "9.99"),
        ("10.60", Rounding.NINES, "10.99"),
        ("0.20", Rounding.NINES, "0.99"),
    ],
)
def test_rounding(price: str, rounding: Rounding, expected: str) -> None:
    assert rounded(Decimal(price), rounding) == Decimal(expected)
