from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import IntegrationFactory
from tests.offers.factories import OfferFactory
from webhooks.enums import Journal
from webhooks.models import JournalCursor

pytestmark = pytest.mark.django_db


def test_a_gap_of_the_offer_journal_is_told_above_the_list_of_offers(
    page: Any, viewer: Any, organization: Any
) -> None:
    account = IntegrationFactory(organization=organization)
    OfferFactory(integration=account)
    now = timezone.now()
    cursor = JournalCursor.objects.create(
        organization=organization,
        integration=account,
        journal=Journal.OFFERS,
        last_read_at=now,
        gap_found_at=now,
        last_problem="Not read for 30 hours; all offers are read again from Allegro's list.",
    )
    client, url = page(viewer), reverse("offers:list")

    text = client.get(url).content.decode()

    assert "Not read for 30 hours" in text
    assert "Had a gap" in text
    JournalCursor.objects.filter(pk=cursor.pk).update(gap_found_at=now - timedelta(days=3))
    assert "Not read for 30 hours" not in client.get(url).content.decode()
