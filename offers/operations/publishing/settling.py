"""How a claimed publication is left: done, waiting for its time, or for a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from connectors.allegro import AllegroError
from core.enums import WorkState
from core.work import MAX_ATTEMPTS, claimed, fail
from offers.enums import PublicationReason
from offers.models import Publication, PublicationProblem

Problem = tuple[str, str, str]  # code, words, path


def note(publication: Publication, **values: Any) -> bool:
    """Write values of a row that stays claimed; False when another has it by now."""
    kept = claimed(publication).update(**values) == 1
    if kept:
        for name, value in values.items():
            setattr(publication, name, value)
    return kept


def wait(
    publication: Publication,
    reason: PublicationReason,
    *,
    now: datetime,
    seconds: float,
    **values: Any,
) -> bool:
    """Look again after this time, without counting an attempt: nothing of ours failed."""
    return _leave(
        publication,
        state=WorkState.PENDING,
        reason=reason,
        attempts=F("attempts") - 1,
        next_attempt_at=now + timedelta(seconds=seconds),
        **values,
    )


def park(
    publication: Publication,
    reason: PublicationReason,
    problems: Iterable[Problem],
    *,
    error: AllegroError | None = None,
    **values: Any,
) -> bool:
    """Leave it to a person, with everything that is in the way."""
    with transaction.atomic():
        left = _leave(
            publication,
            state=WorkState.WAITING_FOR_PERSON,
            reason=reason,
            last_error=str(error)[:4000] if error else "",
            last_trace_id=error.trace_id[:128] if error else "",
            **values,
        )
        if left:
            replace_problems(publication, problems)
    return left


def try_again(
    publication: Publication, error: Exception, *, reason: PublicationReason, now: datetime
) -> bool:
    """An attempt failed that may be repeated: after a growing pause, given up after the sixth."""
    note(publication, reason=reason)
    if publication.attempts >= MAX_ATTEMPTS:
        replace_problems(publication, [(reason.value, _words(error), "")])
    return fail(publication, error=error, now=now)


def replace_problems(publication: Publication, problems: Iterable[Problem]) -> None:
    """Make these the problems of the row."""
    publication.problems.all().delete()
    PublicationProblem.objects.bulk_create(
        PublicationProblem(
            organization_id=publication.organization_id,
            publication=publication,
            code=code[:80],
            words=words[:1000],
            path=path[:300],
        )
        for code, words, path in problems
    )


def problems_of(error: AllegroError) -> list[Problem]:
    """What Allegro objects to, field by field; its one sentence when it names no field."""
    fields = [
        (one.code or "REFUSED", one.user_message or one.message or one.details, one.path)
        for one in error.errors
    ]
    return fields or [(error.code or "REFUSED", error.user_message or error.message, "")]


def _words(error: Exception) -> str:
    return str(error) or _("It failed without a word.")


def _leave(publication: Publication, **values: Any) -> bool:
    return claimed(publication).update(claimed_until=None, **values) == 1
