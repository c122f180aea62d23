"""The inbox: a page of rows, the tabs, the last checks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership, Organization, User
from core.paging import Page, capped_count, paged
from offers.queries import connected_accounts
from syncs.enums import DiscrepancyKind, Severity, SyncKind
from syncs.models import Discrepancy
from syncs.queries.discrepancies.rows import row_view
from syncs.queries.discrepancies.selection import (
    DiscrepancyFilter,
    discrepancies_matching,
    in_tab,
)
from syncs.queries.runs import account_rows

PAGE_SIZE = 50


def inbox(
    *, organization: Organization, wanted: DiscrepancyFilter, person: User, number: int
) -> dict[str, Any]:
    """What the inbox shows: a page of rows, the tabs with their counts, the accounts with last checks."""
    found = discrepancies_matching(organization=organization, wanted=wanted, person=person)
    page: Page[Any] = paged(found, number=number, size=PAGE_SIZE)
    accounts = list(connected_accounts(organization=organization))
    return {
        "page": replace(page, items=[row_view(one) for one in page.items]),
        "wanted": wanted,
        "tabs": _tabs(organization, wanted, person),
        "accounts": accounts,
        "working": [one for one in accounts if one.is_working],
        "checks": _checks(organization),
        "kinds": DiscrepancyKind.choices,
        "severities": [(one.name, one.label) for one in reversed(Severity)],
        "members": members_of(organization=organization),
    }


def _tabs(
    organization: Organization, wanted: DiscrepancyFilter, person: User
) -> list[dict[str, Any]]:
    labels = {
        "open": _("Open"),
        "mine": _("Mine"),
        "resolved": _("Resolved"),
        "ignored": _("Ignored"),
    }
    rows: QuerySet[Discrepancy] = Discrepancy.objects.for_organization(organization)
    return [
        {
            "label": label,
            "url": f"{reverse('syncs:discrepancies')}?tab={tab}",
            "active": tab == wanted.tab,
            "count": capped_count(rows.filter(in_tab(tab, person))),
        }
        for tab, label in labels.items()
    ]


def _checks(organization: Organization) -> list[dict[str, Any]]:
    """Each account with its newest check."""
    return [
        {
            "integration": one.integration,
            "works": one.works,
            "view": next((v for v in one.latest if v.run.kind == SyncKind.CHECK), None),
        }
        for one in account_rows(organization=organization)
    ]


def members_of(*, organization: Organization) -> list[Membership]:
    """Who can be given a discrepancy."""
    members = Membership.objects.for_organization(organization).select_related("user")
    return list(members.order_by("user__email"))
