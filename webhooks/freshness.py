"""Telling the list of offers when Allegro's offer journal is not read as it should be, or had a gap."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from accounts.models import Organization
from offers.freshness import News
from webhooks.enums import Journal
from webhooks.health import journal_health


def offer_journal_news(organization: Organization) -> Iterator[News]:
    """A line per account whose offers may be out of date, or were read anew after a gap."""
    for one in journal_health(organization=organization, now=timezone.now()):
        if one.journal == Journal.OFFERS and one.tone in ("warn", "danger"):
            yield News(
                tone=one.tone,
                title=f"{one.integration.label}: {one.state}",
                text=f"{one.problem} {one.remedy}".strip(),
                action_label=one.action_label,
                action_url=one.action_url,
            )
