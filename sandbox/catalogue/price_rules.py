"""The pricing rules every seller has from Allegro; own rules are not invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PriceRule:
    """A rule by which Allegro would move prices. ``kind`` is Allegro's rule type."""

    id: str
    kind: str
    name: str


EXCHANGE_RATE = "EXCHANGE_RATE"
UPDATED_AT = "2025-05-26T10:00:00Z"
RULES: dict[str, PriceRule] = {
    rule.id: rule
    for rule in (
        PriceRule(
            "64b1f0c2a7d3e9185c20aa01", "FOLLOW_BY_ALLEGRO_MIN_PRICE", "Najniższa na Allegro"
        ),
        PriceRule("64b1f0c2a7d3e9185c20aa02", "FOLLOW_BY_MARKET_MIN_PRICE", "Najniższa na rynku"),
        PriceRule("64b1f0c2a7d3e9185c20aa03", EXCHANGE_RATE, "Przelicznik cen"),
        PriceRule("64b1f0c2a7d3e9185c20aa04", "FOLLOW_BY_TOP_OFFER_PRICE", "Top oferta"),
    )
}
