"""What both sides agree about, and that only one writer of it wins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from offers.models import FieldState
from offers.operations import Agreed, agree
from tests.offers.factories import FieldStateFactory, OfferFactory

pytestmark = pytest.mark.django_db


def test_agreeing_writes_base_of_known_and_new_fields_and_nothing_twice() -> None:
    state = FieldStateFactory(ours="12", theirs="12", field="STOCK")
    account, now = state.integration, timezone.now()
    values = [
        Agreed(state.offer_id, "STOCK", "12"),
        Agreed(state.offer_id, "PRICE", "9.00 PLN"),
    ]
    assert agree(integration=account, agreed=values, now=now) == 2
    state.refresh_from_db()
    assert (state.base, state.base_at, state.in_step) == ("12", now, True)
    made = FieldState.objects.get(offer=state.offer, field="PRICE")
    assert (made.base, made.ours, made.in_step) == ("9.00 PLN", None, False)
    assert (made.organization_id, made.integration_id) == (account.organization_id, account.pk)
    assert agree(integration=account, agreed=values, now=now + timedelta(seconds=1)) == 0


def test_an_older_agreement_does_not_replace_a_newer_one() -> None:
    now = timezone.now()
    state = FieldStateFactory(base="new", base_at=now)
    value = [Agreed(state.offer_id, "PRICE", "old")]
    assert agree(integration=state.integration, agreed=value, now=now - timedelta(seconds=1)) == 0
    state.refresh_from_db()
    assert state.base == "new"


def test_an_offer_of_another_account_is_left_alone() -> None:
    state, foreign = FieldStateFactory(), OfferFactory()
    value = [Agreed(foreign.pk, "PRICE", "1.00 PLN")]
    assert agree(integration=state.integration, agreed=value, now=timezone.now()) == 0
    assert not FieldState.objects.filter(offer=foreign).exists()
