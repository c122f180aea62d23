"""The whole value behind a hash: a description's HTML, the addresses of pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from offers import values
from offers.enums import Field, base_field
from offers.models import OfferContent, ValueCommandItem, ValuePush
from offers.ours import Account, ours_of, sides_of
from offers.ours.computing import canonical
from settings_app.models import Integration

HASHED = frozenset({Field.DESCRIPTION, Field.IMAGES})


def wholes_of(
    *, integration: Integration, pushes: Sequence[ValuePush], account: Account
) -> dict[int, str]:
    """The whole value of each push whose text is a hash, by the push's id; unknown ones are left out.

    Looked for where it may lie: our side of the offer, what Allegro showed last, what was written
    before or replaced by a write. Texts that are values themselves are given as they are.
    """
    found = {one.pk: one.value for one in pushes if base_field(one.field) not in HASHED}
    hashed = [one for one in pushes if one.pk not in found]
    for push in hashed:
        if not push.value:
            found[push.pk] = _nothing(push.field)
    for look in (_ours, _theirs, _written):
        missing = [one for one in hashed if one.pk not in found]
        if missing:
            found |= look(integration, missing, account)
    return found


def _nothing(field: str) -> str:
    return values.images_value([]) if base_field(field) == Field.IMAGES else ""


def _ours(
    integration: Integration, pushes: Sequence[ValuePush], account: Account
) -> dict[int, str]:
    offer_ids = [one.offer_id for one in pushes]
    sides = {one.id: one for one in sides_of(integration=integration, offer_ids=offer_ids)}
    found = {}
    for push in pushes:
        ours = ours_of(sides[push.offer_id], push.field, account)
        if push.value in (ours.text, _before_upload(push.field, ours.whole)):
            found[push.pk] = ours.whole
    return found


def _before_upload(field: str, whole: str) -> str | None:
    """The text pictures had when they were wished for, if they were brought to Allegro since."""
    if base_field(field) != Field.IMAGES or not whole:
        return None
    return values.images_text(values.images_of(whole))


def _theirs(
    integration: Integration, pushes: Sequence[ValuePush], account: Account
) -> dict[int, str]:
    contents = OfferContent.objects.filter(offer__in=[one.offer_id for one in pushes])
    documents = dict(contents.values_list("offer_id", "document"))
    found = {}
    for push in pushes:
        whole = _whole_in(documents.get(push.offer_id) or {}, push.field)
        if canonical(push.field, whole, account) == push.value:
            found[push.pk] = whole
    return found


def _whole_in(document: dict[str, Any], field: str) -> str:
    if base_field(field) == Field.IMAGES:
        images = document.get("images") or []
        return values.images_value(one for one in images if isinstance(one, str))
    return values.html_of_sections(document.get("description"))


def _written(
    integration: Integration, pushes: Sequence[ValuePush], account: Account
) -> dict[int, str]:
    """From the writes of the same fields: the value written, or the one that was there before."""
    items = ValueCommandItem.objects.filter(
        offer__in=[one.offer_id for one in pushes], field__in={one.field for one in pushes}
    ).order_by("pk")
    known: dict[tuple[int, str, str], str] = {}
    for item in items:
        known[item.offer_id, item.field, item.value] = item.whole
        if item.before is not None:
            known[item.offer_id, item.field, item.before] = before_of(item)
    return {
        push.pk: known[key]
        for push in pushes
        if (key := (push.offer_id, push.field, push.value)) in known
    }


def before_of(item: ValueCommandItem) -> str:
    """The whole value a write replaced: HTML of a description, addresses of pictures, else the text."""
    if base_field(item.field) == Field.DESCRIPTION:
        return values.html_of_sections(json.loads(item.whole_before or "{}"))
    return item.whole_before or item.before or ""
