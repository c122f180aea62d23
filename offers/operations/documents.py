"""Keeping offers read in full: the document, the other marketplaces, and what Allegro objects to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from offers.documents import (
    FoundMarketplace,
    FoundProblem,
    document_hash,
    marketplaces_of,
    picture_urls,
    problems_of,
    validated_at,
    without_nul,
)
from offers.enums import ProblemSource
from offers.models import OfferContent, OfferMarketplace, OfferProblem
from offers.values import description_text, html_of_sections, images_text
from settings_app.models import Integration

REWRITTEN = (
    "document", "document_hash", "description_hash", "images_hash", "validated_at", "read_at",
    "changed_at",
)  # fmt: skip
READ = (ProblemSource.VALIDATION, ProblemSource.REFUSAL)


@transaction.atomic
def keep_documents(
    *, integration: Integration, documents: Mapping[int, Mapping[str, Any]], at: datetime
) -> None:
    """Keep documents by our offer id, read at ``at``; the caller holds the offers' locks.

    Rows of marketplaces and problems follow the document: what it no longer says is deleted. What
    did not change is not written again, but for the moment it was read at.
    """
    cleaned = {pk: without_nul(document) for pk, document in documents.items()}
    _keep_contents(integration, cleaned, at)
    keep_marketplaces(
        integration=integration,
        found={pk: marketplaces_of(document) for pk, document in cleaned.items()},
        at=at,
        is_all=True,
    )
    replace_problems(
        integration=integration,
        found={pk: problems_of(document) for pk, document in cleaned.items()},
        sources=READ,
        now=at,
    )


def _keep_contents(
    integration: Integration, documents: Mapping[int, Mapping[str, Any]], at: datetime
) -> None:
    known = dict(
        OfferContent.objects.filter(offer_id__in=documents).values_list("offer_id", "document_hash")
    )
    hashes = {pk: document_hash(document) for pk, document in documents.items()}
    same = [pk for pk, fingerprint in hashes.items() if known.get(pk) == fingerprint]
    OfferContent.objects.filter(offer_id__in=same).update(read_at=at)
    fresh = [
        OfferContent(
            organization_id=integration.organization_id,
            offer_id=pk,
            document=document,
            document_hash=hashes[pk],
            description_hash=description_text(html_of_sections(document.get("description"))),
            images_hash=images_text(picture_urls(document)),
            validated_at=validated_at(document),
            read_at=at,
            changed_at=at,
        )
        for pk, document in documents.items()
        if known.get(pk) != hashes[pk]
    ]
    OfferContent.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["offer"], update_fields=REWRITTEN
    )


def keep_marketplaces(
    *,
    integration: Integration,
    found: Mapping[int, Sequence[FoundMarketplace]],
    at: datetime,
    is_all: bool,
) -> None:
    """Keep prices and states of additional marketplaces, by our offer id.

    With ``is_all`` what is not named any more is deleted. Otherwise only prices are known (that is
    all ``/parts`` tells), and states and refusals stay as they are.
    """
    known = {
        (row.offer_id, row.marketplace): row
        for row in OfferMarketplace.objects.filter(offer_id__in=found)
    }
    written = []
    for pk, places in found.items():
        for place in places:
            row = known.pop((pk, place.marketplace), None)
            if row is None:
                row = OfferMarketplace(
                    organization_id=integration.organization_id,
                    offer_id=pk,
                    marketplace=place.marketplace,
                )
            elif not _differs(row, place, is_all):
                continue
            row.price, row.currency, row.seen_at = place.price, place.currency, at
            if is_all or row.pk is None:
                row.state, row.refusal_codes = place.state, list(place.refusal_codes)
            written.append(row)
    OfferMarketplace.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["offer", "marketplace"],
        update_fields=["price", "currency", "state", "refusal_codes", "seen_at"],
    )
    if is_all and known:
        OfferMarketplace.objects.filter(pk__in=[row.pk for row in known.values()]).delete()


def _differs(row: OfferMarketplace, place: FoundMarketplace, is_all: bool) -> bool:
    if (row.price, row.currency) != (place.price, place.currency):
        return True
    return is_all and (row.state, tuple(row.refusal_codes)) != (place.state, place.refusal_codes)


@transaction.atomic
def replace_problems(
    *,
    integration: Integration,
    found: Mapping[int, Iterable[FoundProblem]],
    sources: Collection[ProblemSource],
    now: datetime,
) -> None:
    """Make the problems of these offers (by our id) from these sources exactly the ones found.

    A problem that stays keeps its ``first_seen_at``; one that is not found any more is deleted.
    """
    known = {
        (row.offer_id, row.source, row.code, row.path): row
        for row in OfferProblem.objects.filter(offer_id__in=found, source__in=sources)
    }
    wanted = {
        (pk, one.source.value, one.code, one.path): one
        for pk, problems in found.items()
        for one in _once_each(problems)
    }
    OfferProblem.objects.bulk_create(
        [
            OfferProblem(
                organization_id=integration.organization_id,
                integration=integration,
                offer_id=pk,
                source=source,
                code=code,
                path=path,
                message=one.message,
                is_error=one.is_error,
                first_seen_at=now,
                last_seen_at=now,
            )
            for (pk, source, code, path), one in wanted.items()
            if (key := (pk, source, code, path)) not in known
            or (known[key].message, known[key].is_error) != (one.message, one.is_error)
        ],
        update_conflicts=True,
        unique_fields=["offer", "source", "code", "path"],
        update_fields=["message", "is_error", "last_seen_at"],
    )
    stayed = [row.pk for key, row in known.items() if key in wanted]
    OfferProblem.objects.filter(pk__in=stayed).update(last_seen_at=now)
    gone = [row.pk for key, row in known.items() if key not in wanted]
    if gone:
        OfferProblem.objects.filter(pk__in=gone).delete()


def _once_each(problems: Iterable[FoundProblem]) -> list[FoundProblem]:
    """Allegro may object twice at one place (two parameters missing): one row with both messages."""
    merged: dict[tuple[str, str, str], FoundProblem] = {}
    for one in problems:
        key = (one.source.value, one.code, one.path)
        before = merged.get(key)
        if before is None:
            merged[key] = one
        elif one.message and one.message not in before.message:
            both = f"{before.message}\n{one.message}"[:1000]
            merged[key] = FoundProblem(
                one.source, one.code, both, one.path, before.is_error or one.is_error
            )
    return list(merged.values())
