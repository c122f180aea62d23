"""What the worker of an account has on its desk while it creates offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from connectors.allegro import AllegroClient
from core.money import Money
from offers.candidates import Candidate, Wanted, preview
from offers.copying import Copy, preview_copies
from offers.models import Publication
from offers.publishing.facts import Terms
from settings_app.models import Integration

# Enough for a day's journal of a large seller; beyond that the listing alone must do.
JOURNAL_PAGES = 20
PAGE = 1000
# Only offers on sale are in the journal, and this is what tells of a new one.
APPEARED = ("OFFER_ACTIVATED", "OFFER_CHANGED")


@dataclass(slots=True)
class Desk:
    """One account at work: its client, the candidates of what was claimed, what Allegro knows by code.

    ``doubt_for`` is how long an offer is looked for after a lost answer before it may be sent again.
    """

    integration: Integration
    client: AllegroClient
    doubt_for: timedelta
    terms: Terms | None = None
    candidates: dict[int, Candidate] = field(default_factory=dict)
    uploaded: dict[str, str] = field(default_factory=dict)
    _journal: Mapping[str, Sequence[str]] | None = None

    def take(self, publications: Sequence[Publication]) -> None:
        """Read what is known of the products of claimed publications that are still to be sent."""
        for activate in (True, False):
            rows = {
                one.product_id: one
                for one in publications
                if one.source_offer_id is None
                and one.product_id
                and one.sent_at is None
                and one.activate is activate
            }
            if not rows:
                continue
            found = preview(
                integration=self.integration,
                wanted=[_wanted(one) for one in rows.values()],
                activate=activate,
                but=[one.pk for one in rows.values()],
            )
            self.terms = found.terms
            for candidate in found.candidates:
                self.candidates[rows[candidate.product.id].pk] = candidate
        for one in publications:
            if one.source_offer_id is not None and one.sent_at is None:
                self._take_copy(one, one.source_offer_id)

    def _take_copy(self, publication: Publication, offer_id: int) -> None:
        price = publication.price
        copy = Copy(
            offer_id,
            price=Money(price, publication.currency) if price is not None else None,
            quantity=publication.quantity,
            although=publication.allow_duplicate,
        )
        found = preview_copies(
            integration=self.integration,
            copies=[copy],
            activate=publication.activate,
            but=[publication.pk],
        )
        self.terms = found.terms
        for candidate in found.candidates:
            self.candidates[publication.pk] = candidate

    def listed(self, external_id: str) -> list[str]:
        """Numbers of the account's offers with this code, as the lagging listing shows them."""
        page = self.client.offers.list(limit=100, external__id=external_id)
        return sorted(str(one["id"]) for one in page.offers)

    def journalled(self, external_id: str) -> Sequence[str]:
        """Numbers of offers with this code in the journal of the last day; read once by this desk."""
        if self._journal is None:
            self._journal = self._read_journal()
        return self._journal.get(external_id, ())

    def _read_journal(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        after: str | None = None
        for _page in range(JOURNAL_PAGES):
            events = self.client.offers.events(after=after, limit=PAGE, types=APPEARED)
            for event in events:
                offer = event.get("offer") or {}
                code = (offer.get("external") or {}).get("id")
                if code and offer.get("id"):
                    found[str(code)].append(str(offer["id"]))
            if len(events) < PAGE:
                break
            after = str(events[-1]["id"])
        return found


def _wanted(publication: Publication) -> Wanted:
    """The wish as it was confirmed: title and price are what the person saw."""
    price = publication.price
    return Wanted(
        product_id=publication.product_id or 0,
        title=publication.title,
        price=Money(price, publication.currency) if price is not None else None,
        quantity=publication.quantity,
        elsewhere={
            one.marketplace: Money(one.price, one.currency) for one in publication.prices.all()
        },
        although=publication.allow_duplicate,
    )
