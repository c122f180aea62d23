"""A person's word about one offer: values of its own, dropped again, put on and off sale, taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.errors import HubError, StateConflict
from offers.enums import Field, OwnSource, PublicationStatus, PushCause, base_field
from offers.locks import lock_offers
from offers.models import FieldState, Offer, OwnValue, ValuePush
from offers.operations.edited_values import clean_value, value_problem
from offers.operations.ours import note_ours
from offers.operations.writing import WantedValue, request_values
from offers.ours import account_of
from offers.ours.computing import canonical
from offers.value_reasons import stop_words
from settings_app.queries import offer_stop


class InvalidValues(HubError):
    """Some values would be refused by Allegro; ``fields`` says which and why. Nothing was changed."""

    code = "invalid_offer_values"
    title = gettext_lazy("Some values cannot be used")


class CannotWrite(StateConflict):
    """A switch forbids writing this to Allegro."""

    code = "cannot_write"
    title = gettext_lazy("This cannot be written to Allegro now")


class NothingToUndo(StateConflict):
    """No write of a person that could be taken back."""

    code = "nothing_to_undo"
    title = gettext_lazy("There is nothing to take back")


@dataclass(frozen=True, slots=True)
class Edit:
    """A field as an edit would change it: canonical texts, and the whole value to keep."""

    field: str
    shown: str | None
    text: str
    whole: str


def plan_edit(*, offer: Offer, wanted: Mapping[str, str], now: datetime) -> list[Edit]:
    """What these whole values would change of the offer, as Allegro showed it last; writes nothing.

    Fields that show the value already are left out. Raises :class:`InvalidValues`.
    """
    problems = {
        field: [problem]
        for field, whole in wanted.items()
        if (problem := value_problem(offer, field, whole))
    }
    if problems:
        raise InvalidValues(
            remedy=_("Correct the values named and send them again."), fields=problems
        )
    account = account_of(integration=offer.integration, now=now)
    states = dict(FieldState.objects.filter(offer=offer).values_list("field", "theirs"))
    edits = []
    for field, given in sorted(wanted.items()):
        whole = clean_value(field, given)
        text = canonical(field, whole, account)
        if states.get(field) != text:
            edits.append(Edit(field, states.get(field), text, whole))
    return edits


def edit_offer(
    *, offer: Offer, wanted: Mapping[str, str], actor: User, now: datetime
) -> list[Edit]:
    """Give the offer values of its own and have them written to Allegro; returns what changes.

    ``wanted`` are whole values by field: a price's text, a title, a description's HTML, pictures as
    :func:`offers.values.images_value` writes them. From now on these fields follow the offer's own
    value, not the product, until it is dropped. What stood there before is kept. Audits. Raises
    :class:`InvalidValues`, and :class:`CannotWrite` when a switch forbids one of the fields.
    """
    edits = plan_edit(offer=offer, wanted=wanted, now=now)
    refuse_stopped(offer=offer, fields=[one.field for one in edits])
    if not edits:
        return []
    with transaction.atomic():
        lock_offers(organization_id=offer.organization_id, offer_ids=[offer.pk])
        for one in edits:
            put_own_value(offer=offer, field=one.field, whole=one.whole, actor=actor, now=now)
        _write(offer, [(one.field, one.text) for one in edits], PushCause.PERSON, actor, now)
        _record("offer.edited", offer, edits, actor, now)
    return edits


def put_own_value(
    *,
    offer: Offer,
    field: str,
    whole: str,
    actor: User | None,
    now: datetime,
    source: OwnSource = OwnSource.PERSON,
) -> None:
    """Keep a whole value as the offer's own; the one it replaces stays beside it, for taking it back."""
    known = OwnValue.objects.filter(offer=offer, field=field).values_list("value", flat=True)
    former = known.first()
    OwnValue.objects.update_or_create(
        offer=offer,
        field=field,
        defaults={
            "organization_id": offer.organization_id,
            "value": whole,
            "source": source,
            "set_by": actor,
            "set_at": now,
            "former": former or "",
            "had_former": former is not None,
        },
    )


@transaction.atomic
def drop_own_value(*, offer: Offer, field: str, actor: User, now: datetime) -> str | None:
    """Let the field follow the product again, and write the product's value; returns its text.

    None: nothing follows from the product (``ours_reason`` says why), so the offer stays as it is.
    Audits. Raises :class:`NothingToUndo` when the field has no own value, :class:`CannotWrite`.
    """
    refuse_stopped(offer=offer, fields=[field])
    if not OwnValue.objects.filter(offer=offer, field=field).delete()[0]:
        raise NothingToUndo(remedy=_("The field follows the product already."))
    note_ours(integration=offer.integration, offer_ids=[offer.pk], now=now)
    ours = FieldState.objects.filter(offer=offer, field=field).values_list("ours", flat=True)
    text = ours.first()
    if text is not None:
        _write(offer, [(field, text)], PushCause.PERSON, actor, now, note=False)
    _record("offer.own_value_dropped", offer, [Edit(field, None, text or "", "")], actor, now)
    return text


@transaction.atomic
def undo_edit(*, offer: Offer, field: str, actor: User, now: datetime) -> str:
    """Take a person's edit back: the former own value (or none), and what Allegro showed before it.

    Returns the text written. Not written when Allegro shows another value by now. Audits. Raises
    :class:`NothingToUndo`, :class:`CannotWrite`.
    """
    refuse_stopped(offer=offer, fields=[field])
    push = ValuePush.objects.select_for_update().filter(offer=offer, field=field).first()
    if push is None or push.former is None or push.cause != PushCause.PERSON or push.is_open:
        raise NothingToUndo(remedy=_("Only a person's last finished change can be taken back."))
    former: str = push.former
    written = push.value
    own = OwnValue.objects.filter(offer=offer, field=field).first()
    if own is not None and own.had_former:
        OwnValue.objects.filter(pk=own.pk).update(
            value=own.former, former="", had_former=False, set_by=actor, set_at=now
        )
    elif own is not None:
        own.delete()
    expected = push.shown if push.shown is not None else written
    note_ours(integration=offer.integration, offer_ids=[offer.pk], now=now)
    request_values(
        organization_id=offer.organization_id,
        values=[WantedValue(offer.pk, field, former, expected)],
        cause=PushCause.UNDO,
        actor=actor,
        now=now,
    )
    _record("offer.edit_undone", offer, [Edit(field, written, former, "")], actor, now)
    return former


@transaction.atomic
def end_offers(*, offers: Collection[Offer], actor: User, now: datetime) -> int:
    """Have offers ended at Allegro; returns how many are asked for. Audits each.

    What is off sale already is left. Raises :class:`CannotWrite`.
    """
    return _set_status(offers, PublicationStatus.ENDED, actor, now)


@transaction.atomic
def activate_offers(*, offers: Collection[Offer], actor: User, now: datetime) -> int:
    """Have offers put on sale at Allegro, never with their former stock; returns how many. Audits each.

    One whose product is not offered any more keeps being on sale by its own value. Raises
    :class:`CannotWrite`.
    """
    return _set_status(offers, PublicationStatus.ACTIVE, actor, now)


def _set_status(
    offers: Collection[Offer], status: PublicationStatus, actor: User, now: datetime
) -> int:
    moving = [one for one in offers if one.publication_status != status]
    for integration_id in {one.integration_id for one in moving}:
        _refuse(integration_id, Field.STATUS)
    ended_by_product = set(
        FieldState.objects.filter(
            offer__in=moving, field=Field.STATUS, ours=PublicationStatus.ENDED
        ).values_list("offer_id", flat=True)
    )
    for offer in moving:
        if status == PublicationStatus.ACTIVE and offer.pk in ended_by_product:
            put_own_value(offer=offer, field=Field.STATUS, whole=status.value, actor=actor, now=now)
    if status == PublicationStatus.ENDED:
        OwnValue.objects.filter(offer__in=moving, field=Field.STATUS).delete()
    for offer in moving:
        edit = Edit(Field.STATUS, offer.publication_status, status.value, "")
        _write(offer, [(edit.field, edit.text)], PushCause.PERSON, actor, now)
        _record("offer.status_asked", offer, [edit], actor, now)
    return len(moving)


def refuse_stopped(*, offer: Offer, fields: Collection[str]) -> None:
    """Raises :class:`CannotWrite` while a switch forbids writing one of these fields."""
    for kind in sorted({base_field(one) for one in fields}):
        _refuse(offer.integration_id, kind)


def _refuse(integration_id: int, field: str) -> None:
    if stop := offer_stop(integration_id=integration_id, field=field):
        said, remedy = stop_words(stop)
        raise CannotWrite(said, remedy=remedy)


def _write(
    offer: Offer,
    texts: list[tuple[str, str]],
    cause: PushCause,
    actor: User,
    now: datetime,
    *,
    note: bool = True,
) -> None:
    if note:
        note_ours(integration=offer.integration, offer_ids=[offer.pk], now=now)
    request_values(
        organization_id=offer.organization_id,
        values=[WantedValue(offer.pk, field, text) for field, text in texts],
        cause=cause,
        actor=actor,
        now=now,
    )


def _record(action: str, offer: Offer, edits: Collection[Edit], actor: User, now: datetime) -> None:
    audit.record(
        action=action,
        target=offer,
        actor=actor,
        organization_id=offer.organization_id,
        now=now,
        before={one.field: one.shown for one in edits},
        after={one.field: one.text for one in edits},
    )
