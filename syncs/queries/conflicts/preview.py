"""What resolving many conflicts at once would write, before anything is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offers.enums import LinkState
from offers.models import Offer
from settings_app.models import Integration
from settings_app.queries import field_label
from syncs.enums import ConflictResolution
from syncs.models import Conflict
from syncs.queries.conflicts.choices import Choice, choice_of
from syncs.queries.conflicts.rows import ConflictView, conflict_view


@dataclass(slots=True)
class Preview:
    """The lines with what each would write, the counts, and what makes it worth a second look."""

    resolution: ConflictResolution
    lines: list[tuple[ConflictView, Choice]]
    warnings: list[str] = field(default_factory=list)

    @property
    def possible(self) -> list[ConflictView]:
        """What can be resolved so; the rest stays open."""
        return [view for view, choice in self.lines if choice.possible]

    @property
    def by_field(self) -> list[tuple[str, int]]:
        """How many of each field."""
        counts = Counter(view.row.field for view in self.possible)
        return [(field_label(one), count) for one, count in sorted(counts.items())]


def preview(*, conflicts: Sequence[Conflict], resolution: ConflictResolution) -> Preview:
    """What resolving these so would do. The brakes of each account warn; the person decides."""
    shown = Preview(
        resolution, [(conflict_view(row), choice_of(row, resolution)) for row in conflicts]
    )
    for account, count in _offers(shown.possible).items():
        warning = _brake(account, count)
        if warning:
            shown.warnings.append(warning)
    return shown


def _offers(views: Sequence[ConflictView]) -> dict[Integration, int]:
    offers = {(view.row.integration, view.row.offer_id) for view in views}
    return dict(Counter(account for account, _offer in offers))


def _brake(account: Integration, count: int) -> str:
    """What a run would stop at: more offers than the account's brake allows."""
    if count < account.brake_changed_minimum:
        return ""
    linked = Offer.objects.filter(integration=account, link_state=LinkState.LINKED).count()
    if count * 100 <= linked * account.brake_changed_percent:
        return ""
    said = ngettext(
        "%(account)s: %(n)d of %(linked)d linked offers would change, more than the brake of"
        " %(share)d %% lets a run do by itself.",
        "%(account)s: %(n)d of %(linked)d linked offers would change, more than the brake of"
        " %(share)d %% lets a run do by itself.",
        count,
    )
    return said % {
        "account": account.label,
        "n": count,
        "linked": linked,
        "share": account.brake_changed_percent,
    }


def take_back_page(*, conflict: Conflict) -> dict[str, Any]:
    """What the page before taking a choice back says."""
    view = conflict_view(conflict)
    if conflict.resolution == ConflictResolution.ALLEGRO:
        effects = [
            _("Here: %(ours)s returns where it stood, if nothing changed since.")
            % {"ours": view.ours},
            _("Allegro: nothing is written."),
            _("The conflict is open again at once."),
        ]
    else:
        effects = [
            _("Allegro: %(theirs)s is written again, if %(chosen)s still stands there.")
            % {"theirs": view.theirs, "chosen": view.chosen},
            _("The conflict is open again when Allegro shows it."),
        ]
    return {
        "title": _("Take the choice back"),
        "question": f"{view.title} · {view.label}",
        "consequences": effects,
        "action_label": _("Take it back"),
        "cancel_url": view.url,
        "tone": "danger",
    }
