"""Choosing an Allegro category for one of ours, and what answers the questions Allegro asks in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.models import Organization
from core.errors import HubError
from offers import categories
from offers.models import CategoryMapping
from offers.preparing import parameters_of
from offers.publishing.facts import Filling, Parameter
from offers.publishing.parameters import KNOWN_NAMES, suggested_field
from offers.queries.mappings import example_titles
from offers.queries.offers import connected_accounts
from products.models import Category, Product
from settings_app.enums import IntegrationState
from settings_app.models import Integration


def account_to_ask(*, organization: Organization) -> Integration | None:
    """An account through which Allegro's tree can be read; None without a working one."""
    accounts = connected_accounts(organization=organization)
    return accounts.filter(state=IntegrationState.CONNECTED).first()


def choice_page(
    *, organization: Organization, category_ids: Sequence[int], search: str, parent_id: str
) -> dict[str, Any]:
    """What the page of choosing shows: suggestions for the words, and one level of Allegro's tree."""
    own = list(
        Category.objects.for_organization(organization)
        .filter(pk__in=category_ids)
        .order_by("path", "pk")
    )
    phrase = search or _phrase(own)
    context: dict[str, Any] = {"categories": own, "search": search, "phrase": phrase}
    account = account_to_ask(organization=organization)
    try:
        return context | {
            "suggestions": categories.suggestions(integration=account, phrase=phrase)
            if phrase
            else [],
            "path": categories.path_of(integration=account, category_id=parent_id)
            if parent_id
            else [],
            "level": categories.children(integration=account, parent_id=parent_id),
        }
    except HubError as error:
        return context | {"trouble": error}


def _phrase(own: Sequence[Category]) -> str:
    """What to ask Allegro for: the name of a product, else the last name in the category's path."""
    if not own:
        return ""
    titles = example_titles(category=own[0], most=1)
    return titles[0] if titles else own[0].path.rpartition(">")[2].strip()


def parameters_for(
    *, organization: Organization, mapping: CategoryMapping
) -> tuple[Parameter, ...]:
    """The parameters of a mapped category, none while Allegro cannot be asked."""
    account = account_to_ask(organization=organization)
    if account is None:
        return ()
    found = parameters_of(integration=account, category_id=mapping.allegro_category_id)
    return found or ()


def mapping_page(*, organization: Organization, mapping: CategoryMapping) -> dict[str, Any]:
    """What the page of one mapping shows: each parameter, whether it is asked for, what fills it."""
    parameters = parameters_for(organization=organization, mapping=mapping)
    kept = {
        one.parameter_id: Filling(one.value_id, "" if one.value_id else one.value, one.field)
        for one in mapping.defaults.all()
    }
    rows = [_row(one, kept.get(one.id)) for one in parameters]
    rows.sort(key=lambda row: (not row["parameter"].required, row["parameter"].name.casefold()))
    return {
        "mapping": mapping,
        "required": [row for row in rows if row["parameter"].required],
        "optional": [row for row in rows if not row["parameter"].required],
        "fields": [(name, _label(name)) for name in KNOWN_NAMES],
        "unread": not parameters,
    }


def _row(parameter: Parameter, filling: Filling | None) -> dict[str, Any]:
    field = filling.field if filling else suggested_field(parameter)
    return {
        "parameter": parameter,
        "field": field,
        "value_id": filling.value_id if filling else "",
        "text": filling.value if filling else "",
        "by_itself": filling is None and bool(field),
        "is_open": not field and not (filling and (filling.value_id or filling.value)),
    }


def _label(name: str) -> str:
    field: Any = Product._meta.get_field(name)
    return str(field.verbose_name)
