"""Bulk edits: the list, and one with its preview or outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from core.enums import WorkState
from core.errors import HubError
from core.paging import Page, paged
from products.editing import Refused, Step, edited
from products.enums import EditAct, EditField, EditRefusal, EditRowState, EditStage
from products.fields import field_at, kept, label_of, worded
from products.models import BulkEdit, BulkEditStep, Category, Product
from products.steps import steps_of
from settings_app.models import Supplier

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 30
SAMPLES = 20
LISTED = 200
# What a person looks at one by one: nothing was done, or not everything.
TELLING = (EditRowState.REFUSED, EditRowState.KEPT)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A product of a preview with what would change."""

    product: Product
    differences: list[Difference]


def edits_page(*, organization: Organization, page: int = 1) -> Page[Any]:
    """The organization's edits, the newest first."""
    edits = BulkEdit.objects.for_organization(organization).select_related("started_by")
    return paged(edits.prefetch_related("steps").order_by("-pk"), number=page, size=PAGE_SIZE)


def edit_page(*, edit: BulkEdit) -> dict[str, Any]:
    """The edit with its steps in words, counts by state, samples or what was left alone."""
    steps = list(edit.steps.order_by("pk"))
    names = names_of(organization_id=edit.organization_id)
    counts = dict(edit.rows.order_by().values_list("state").annotate(count=Count("pk")))
    refusals = (
        edit.rows.filter(state=EditRowState.REFUSED)
        .order_by("reason")
        .values_list("reason")
        .annotate(count=Count("pk"))
    )
    telling = edit.rows.filter(state__in=TELLING).select_related("product").order_by("pk")
    return {
        "edit": edit,
        "steps": [step_words(step, names) for step in steps],
        "counts": {state.value: counts.get(state.value, 0) for state in EditRowState},
        "refusals": [(EditRefusal(reason).label, count) for reason, count in refusals],
        "samples": _samples(edit, steps, names),
        "telling": [(row, _why(row)) for row in telling[:LISTED]],
        "in_flight": edit.state in (WorkState.PENDING, WorkState.RUNNING),
        "stuck": edit.state in (WorkState.DEAD, WorkState.WAITING_FOR_PERSON),
    }


def step_words(step: BulkEditStep, names: dict[tuple[str, str], str]) -> str:
    """A step as people say it: ``selling price, gross: change by % 10, to 0.01``."""
    field, act = EditField(step.field), EditAct(step.act)
    words = f"{field.label}: {act.label}"
    if act == EditAct.CLEAR:
        return words
    value = worded(step.field, step.value, names)
    rounding = f", {step.get_rounding_display()}" if act == EditAct.PERCENT else ""
    return f"{words} {value}{rounding}"


def names_of(*, organization_id: int) -> dict[tuple[str, str], str]:
    """Words of suppliers and categories by field and key."""
    suppliers = Supplier.objects.filter(organization_id=organization_id)
    categories = Category.objects.filter(organization_id=organization_id)
    return {("supplier", str(pk)): name for pk, name in suppliers.values_list("pk", "name")} | {
        ("default_category", str(pk)): path for pk, path in categories.values_list("pk", "path")
    }


def _samples(
    edit: BulkEdit, kept_steps: Sequence[BulkEditStep], names: dict[tuple[str, str], str]
) -> list[Sample]:
    if edit.stage != EditStage.PREVIEW:
        return []
    try:
        steps = steps_of(organization=edit.organization, steps=kept_steps)
    except HubError:  # what a step names is gone; confirming says so
        return []
    rows = edit.rows.filter(state=EditRowState.READY).select_related("product").order_by("pk")
    samples = [
        Sample(row.product, _differences(row.product, steps, names)) for row in rows[:SAMPLES]
    ]
    return [sample for sample in samples if sample.differences]


def _differences(
    product: Product, steps: Sequence[Step], names: dict[tuple[str, str], str]
) -> list[Difference]:
    try:
        values = edited(product, steps)
    except Refused:
        return []
    return [
        Difference(
            label_of(field_at(name)),
            worded(field_at(name), kept(field_at(name), getattr(product, name)), names),
            worded(field_at(name), kept(field_at(name), value), names),
        )
        for name, value in values.items()
    ]


def _why(row: Any) -> str:
    if row.state == EditRowState.REFUSED and row.reason in EditRefusal.values:
        return str(EditRefusal(row.reason).label)
    return str(row.get_state_display())
