"""Beginning an edit: which products, and what is to be done to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.errors import HubError
from products.enums import EditRowState, EditStage
from products.models import BulkEdit, BulkEditStep
from products.operations.bulk.running import run_edits
from products.operations.working import hint_work
from products.queries.listing import Wish, chosen_ids
from products.steps import StepGiven, read_steps

if TYPE_CHECKING:
    from accounts.models import Organization, User

# One edit holds so many products at most; up to FEW are worked on while somebody waits.
MOST = 100_000
FEW = 300
ROWS = """
    INSERT INTO products_bulkeditrow (organization_id, edit_id, product_id, state, reason)
    SELECT %s, %s, id, %s, '' FROM unnest(%s::bigint[]) AS chosen (id) ORDER BY id
"""


class NothingChosen(HubError):
    """No product was chosen."""

    code = "nothing_chosen"
    title = gettext_lazy("No product is chosen")


class TooMany(HubError):
    """More products were chosen than one edit takes."""

    code = "too_many"
    title = gettext_lazy("Too many products are chosen")


def start_edit(
    *,
    organization: Organization,
    given: Sequence[StepGiven],
    ids: Collection[int] = (),
    wish: Wish | None = None,
    selection: str = "",
    actor: User | None,
    now: datetime,
    most: int = MOST,
) -> BulkEdit:
    """Keep what is to be done with these products, or with all that ``wish`` narrows to, and check it.

    Nothing of a product is changed before :func:`confirm_edit`. Few products are checked at once, many by
    a worker. ``selection`` is the list's query string, for people. Raises :class:`InvalidEdit`,
    :class:`NothingChosen`, :class:`TooMany`.
    """
    read = read_steps(organization=organization, given=given)
    chosen = _chosen(organization, ids, wish, most)
    with transaction.atomic():
        edit: BulkEdit = BulkEdit.objects.create(
            organization=organization,
            started_by=actor,
            stage=EditStage.CHECKING,
            selection=selection[:1000],
            rows_total=len(chosen),
            next_attempt_at=now,
        )
        BulkEditStep.objects.bulk_create(
            BulkEditStep(
                organization=organization,
                edit=edit,
                field=step.field,
                act=step.act,
                value=step.value.strip()[:500],
                rounding=step.rounding,
            )
            for step, _read in read
        )
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [organization.pk, edit.pk, EditRowState.UNSEEN, chosen])
        audit.record_change("bulk_edit.started", edit, actor, now, {}, {"products": len(chosen)})
        hint_work()
    run_if_few(edit)
    return edit


def run_if_few(edit: BulkEdit) -> None:
    """Do the next step while somebody waits, when that is short; a worker does it otherwise."""
    if edit.rows_total <= FEW:
        run_edits(only=edit)
        edit.refresh_from_db()


def _chosen(
    organization: Organization, ids: Collection[int], wish: Wish | None, most: int
) -> list[int]:
    chosen = chosen_ids(organization=organization, ids=ids, wish=wish, most=most + 1)
    if not chosen:
        raise NothingChosen(
            _("No product was chosen."), remedy=_("Choose products in the list first.")
        )
    if len(chosen) > most:
        raise TooMany(
            _("One edit takes %(n)d products at most.") % {"n": most},
            remedy=_("Narrow the list, for example by category, and edit it in parts."),
        )
    return chosen
