"""Claimed values are looked at, and what is left to write is written by the fewest calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from connectors.allegro import AllegroClient
from core.enums import WorkState
from offers.enums import Field, PublicationStatus, PushReason, WriteKind, base_field
from offers.models import ValueCommandItem, ValuePush
from offers.operations.agreeing import Agreed, agree
from offers.operations.commanding import Draft, send_all, store
from offers.operations.commanding.worker import REST
from offers.operations.ours import note_ours
from offers.operations.verdicts import VALUE_SHAPE, Verdict, later, settle
from offers.operations.writing.book import VALUES, tell_ended
from offers.operations.writing.deciding import Look, decide
from offers.operations.writing.limiting import held_by_the_day
from offers.operations.writing.looking import look_at
from offers.operations.writing.uploading import with_pictures
from offers.ours import account_of
from offers.planning import Wish, Write, plan_prices, plan_status
from settings_app.models import Integration
from settings_app.queries import offer_stop

_SHOWN = (PushReason.EQUAL, PushReason.SENT)


def work(integration: Integration, client: AllegroClient, pushes: Sequence[ValuePush]) -> bool:
    """Look at claimed pushes; False when the account had better be left alone for now."""
    allowed = _allowed(integration, pushes)
    if not allowed:
        return True
    account = account_of(integration=integration, now=timezone.now())
    looked = look_at(integration, client, allowed, account, now=timezone.now())
    verdicts, wanted = list(looked.verdicts), []
    for look in looked.looks:
        verdict = decide(look, now=timezone.now())
        if verdict is None:
            wanted.append(look)
        else:
            verdicts.append(verdict)
    now = timezone.now()
    if not looked.healthy:
        waits = [later(look.push, PushReason.AWAY, now=now, seconds=30) for look in wanted]
        end(integration, [*verdicts, *waits], now=now)
        return False
    wanted, held = held_by_the_day(integration, wanted, now=now)
    wanted, without = with_pictures(integration, client, wanted, now=now)
    end(integration, [*verdicts, *held, *without], now=timezone.now())
    return _write(integration, client, wanted)


def end(integration: Integration, verdicts: Sequence[Verdict], *, now: datetime) -> None:
    """Write the verdicts, agree about what both sides show now, and tell of pushes that ended."""
    with transaction.atomic():
        states = settle(verdicts, now=now, shape=VALUE_SHAPE)
        ended = [one for one in verdicts if states.get(one.push.pk) == one.state]
        shown = [one for one in ended if one.state == WorkState.DONE and one.reason in _SHOWN]
        agree(
            integration=integration,
            agreed=[Agreed(one.push.offer_id, one.push.field, one.shown) for one in shown],
            now=now,
        )
        for one in shown:
            # Pictures have another text once they lie at Allegro; from now on that is the value.
            if one.shown != one.push.value:
                ValuePush.objects.filter(pk=one.push.pk, wish=one.push.wish).update(value=one.shown)
        tell_ended(ValuePush.objects.filter(pk__in=[one.push.pk for one in ended]))
    pictures = {one.push.offer_id for one in shown if base_field(one.push.field) == Field.IMAGES}
    if pictures:
        note_ours(integration=integration, offer_ids=pictures, now=now)


def _allowed(integration: Integration, pushes: Sequence[ValuePush]) -> list[ValuePush]:
    """Those whose field may be written now; the others wait for a minute and say so."""
    kinds = {base_field(one.field) for one in pushes}
    stopped = {
        kind for kind in kinds if offer_stop(integration_id=integration.pk, field=kind) is not None
    }
    now = timezone.now()
    waits = [
        later(one, PushReason.STOPPED, now=now, seconds=REST.total_seconds())
        for one in pushes
        if base_field(one.field) in stopped
    ]
    settle(waits, now=now, shape=VALUE_SHAPE)
    return [one for one in pushes if base_field(one.field) not in stopped]


def _write(integration: Integration, client: AllegroClient, looks: Sequence[Look]) -> bool:
    drafts = _drafts(looks)
    if not drafts:
        return True
    commands = store(
        VALUES,
        integration=integration,
        drafts=drafts,
        pushes={VALUES.key(look.push): look.push for look in looks},
        now=timezone.now(),
    )
    return send_all(VALUES, integration=integration, commands=commands, client=client)


def _drafts(looks: Sequence[Look]) -> list[Draft]:
    """Status goes by commands of its own, after the values: who comes back on sale comes with them."""
    values: dict[int, list[Look]] = defaultdict(list)
    status: dict[int, Look] = {}
    for look in looks:
        if look.field == Field.STATUS:
            status[look.push.offer_id] = look
        else:
            values[look.push.offer_id].append(look)
    writes = plan_prices(_wish(offer_id, group) for offer_id, group in values.items())
    drafts = [
        Draft(write.kind, [_item(look) for wish in write.wishes for look in values[wish.offer_id]])
        for write in writes
    ]
    changes = plan_status(Wish(offer_id, _status_kind(look)) for offer_id, look in status.items())
    return drafts + [_status_draft(write, status) for write in changes]


def _wish(offer_id: int, looks: Sequence[Look]) -> Wish:
    """One price can share a command; several fit a bulk command; anything else takes a PATCH.

    So does a price that no command brought about: a PATCH answers at once, and says what is wrong.
    """
    prices = [look for look in looks if look.field == Field.PRICE]
    doubtful = any(look.push.reason == PushReason.NO_RESULT for look in looks)
    if len(prices) < len(looks) or doubtful:
        return Wish(offer_id, None, alone=True)
    if len(looks) > 1:
        return Wish(offer_id, None)
    return Wish(offer_id, (looks[0].push.field, looks[0].push.value))


def _status_kind(look: Look) -> WriteKind:
    ends = look.push.value == PublicationStatus.ENDED
    return WriteKind.END if ends else WriteKind.ACTIVATE


def _status_draft(write: Write, looks: dict[int, Look]) -> Draft:
    return Draft(write.kind, [_item(looks[wish.offer_id]) for wish in write.wishes])


def _item(look: Look) -> ValueCommandItem:
    push = look.push
    return ValueCommandItem(
        offer_id=push.offer_id,
        field=push.field,
        value=push.value,
        before=look.shown,
        whole=look.whole or "",
        whole_before=look.whole_before,
    )
