"""Products chosen to be published in an account, and the page that shows what would happen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.models import Organization
from core.errors import HubError
from offers.candidates import Candidate, Preview, Wanted, preview
from offers.models import PriceRule
from offers.publishing.obstacles import Code, label_of
from offers.queries.offers import connected_accounts
from offers.stock_reasons import stop_in_words
from products.models import Product
from settings_app.models import Integration
from settings_app.queries import offer_stop

# More rows than this say no more to a person; what is left out is counted.
SHOWN = 200
TITLES = {Code.TITLE_LENGTH, Code.TITLE_WORDS, Code.TITLE_CHARACTERS}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be published, as the pages hand it from one to the next.

    ``quantity`` is for products whose stock is not recorded; ``titles`` are those a person wrote anew;
    ``although`` are products to publish even if an offer sells them already, ``places`` marketplaces
    beside the account's own.
    """

    product_ids: tuple[int, ...]
    account: int = 0
    activate: bool = True
    quantity: int | None = None
    although: frozenset[int] = frozenset()
    places: frozenset[str] = frozenset()
    titles: dict[int, str] = field(default_factory=dict)

    @property
    def ids(self) -> str:
        return ",".join(str(one) for one in self.product_ids)


def wishes(*, choice: Choice) -> list[Wanted]:
    """The wishes of a choice. Its quantity goes only to products whose stock is not tracked."""
    untracked = set(
        Product.objects.filter(
            pk__in=choice.product_ids if choice.quantity else [], track_inventory=False
        ).values_list("pk", flat=True)
    )
    return [
        Wanted(
            product_id=one,
            title=choice.titles.get(one, ""),
            quantity=choice.quantity if one in untracked else None,
            places=choice.places,
            although=one in choice.although,
        )
        for one in choice.product_ids
    ]


def preview_page(*, organization: Organization, choice: Choice) -> dict[str, Any]:
    """The accounts to choose from and, once one is chosen, what would become of each product.

    Allegro may be asked for its categories; when it does not answer, ``trouble`` says so.
    """
    accounts = [one for one in connected_accounts(organization=organization) if one.is_working]
    chosen = next((one for one in accounts if one.pk == choice.account), None)
    if chosen is None and len(accounts) == 1:
        chosen = accounts[0]
    context: dict[str, Any] = {"accounts": accounts, "account": chosen, "choice": choice}
    if chosen is None or not choice.product_ids:
        return context
    return context | _previewed(chosen, choice)


def _previewed(integration: Integration, choice: Choice) -> dict[str, Any]:
    stop = offer_stop(integration_id=integration.pk, field="TITLE")
    said, remedy = stop_in_words(stop) if stop else ("", "")
    rules = PriceRule.objects.filter(integration=integration).exclude(marketplace="")
    context: dict[str, Any] = {
        "stop": said,
        "stop_remedy": remedy,
        "places": list(rules.order_by("marketplace").values_list("marketplace", flat=True)),
    }
    try:
        found = preview(
            integration=integration, wanted=wishes(choice=choice), activate=choice.activate
        )
    except HubError as error:
        return context | {"trouble": error}
    return context | {
        "terms": found.terms,
        "ready": found.ready[:SHOWN],
        "not_ready": [_row(one) for one in found.not_ready[:SHOWN]],
        "ready_count": len(found.ready),
        "not_ready_count": len(found.not_ready),
        "left_out": max(0, len(found.ready) - SHOWN) + max(0, len(found.not_ready) - SHOWN),
        "obstacles": _counted(found),
        "asks_quantity": any(not one.product.tracked for one in found.candidates),
    }


def _row(candidate: Candidate) -> dict[str, Any]:
    return {
        "candidate": candidate,
        "product": candidate.product,
        "obstacles": candidate.obstacles,
        "duplicate": candidate.duplicate if candidate.stands_in_the_way else None,
        "asks_title": any(one.code in TITLES for one in candidate.obstacles),
    }


def _counted(found: Preview) -> list[dict[str, Any]]:
    """Each obstacle with the number of products it stops, with its remedy's place if that is one."""
    first = {one.code: one for candidate in found.candidates for one in candidate.obstacles}
    links: dict[str, set[str]] = {}
    for candidate in found.candidates:
        for one in candidate.obstacles:
            links.setdefault(one.code, set()).add(one.link)
    rows = [
        {
            "code": code,
            "label": label_of(code),
            "count": count,
            "remedy": first[code].remedy,
            # A place that mends all of them at once; single products have their own links below.
            "link": first[code].link if len(links[code]) == 1 else "",
        }
        for code, count in found.counts.most_common()
    ]
    held = sum(1 for one in found.candidates if one.stands_in_the_way)
    if held:
        rows.append({"code": "DUPLICATE", "label": label_of("DUPLICATE"), "count": held,
                     "remedy": "", "link": ""})  # fmt: skip
    return rows
