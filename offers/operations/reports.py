"""What became of offers that were written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from offers.listings import UnreadableListing


@dataclass(frozen=True, slots=True)
class RecordedOffer:
    """An offer a report speaks of: our id, Allegro's number, and the title people know it by."""

    id: int
    allegro_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row of the listing that was left out."""

    allegro_id: str
    title: str
    error: UnreadableListing


@dataclass(slots=True)
class OfferReport:
    """What became of a page of the listing; each offer is in exactly one of the lists.

    ``doubted`` are offers the listing shows otherwise than they were when they were read: they are
    to be read again, because the listing lags. ``kept_ids`` are offers of ours whose row could not
    be read this time, ``linked_ids`` those that a reading tied to a product.
    """

    created: list[RecordedOffer] = field(default_factory=list)
    updated: list[RecordedOffer] = field(default_factory=list)
    unchanged: list[RecordedOffer] = field(default_factory=list)
    doubted: list[RecordedOffer] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    kept_ids: list[int] = field(default_factory=list)
    linked_ids: list[int] = field(default_factory=list)

    @property
    def written_ids(self) -> list[int]:
        return [one.id for one in [*self.created, *self.updated]]

    @property
    def kept(self) -> list[RecordedOffer]:
        """Every offer whose values are now as they were told."""
        return [*self.created, *self.updated, *self.unchanged]

    @property
    def seen_ids(self) -> list[int]:
        """Every offer of ours that the page showed."""
        rest = [*self.unchanged, *self.doubted]
        return [*self.written_ids, *(one.id for one in rest), *self.kept_ids]
