"""Telling where our categories lie at Allegro, and what fills the parameters asked for there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from core import audit
from core.errors import HubError
from offers.categories import path_of
from offers.enums import ParameterSource
from offers.models import CategoryMapping, ParameterDefault
from offers.publishing.facts import Filling, Parameter
from offers.publishing.parameters import KNOWN_NAMES, read_parameters
from products.models import Category
from settings_app.models import Integration


class NoLeaf(HubError):
    """Offers lie only in categories that have none below them."""

    status = 422
    code = "category_not_a_leaf"
    title = gettext_lazy("Offers cannot lie in this category")


class UnknownField(HubError):
    """A field that no product has, or a value that is none of the parameter's."""

    status = 422
    code = "unknown_filling"
    title = gettext_lazy("A parameter cannot be filled by this")


def map_categories(
    *,
    organization: Organization,
    category_ids: Collection[int],
    allegro_category_id: str,
    integration: Integration | None,
    actor: User,
    now: datetime,
) -> int:
    """Publish products of these categories of ours in one of Allegro's; returns how many were set.

    Allegro is asked for the category's path through ``integration``, so never inside a transaction.
    What filled parameters the new category does not have goes. Categories of others are left out.
    Audits. Raises :class:`NoLeaf`, ``NotYours``, ``NoAccount``, ``AllegroAway``, ``AllegroRefused``.
    """
    path = path_of(integration=integration, category_id=allegro_category_id)
    if not path or not path[-1].get("leaf"):
        raise NoLeaf(remedy=_("Choose one of the categories below it."))
    names = " > ".join(str(one.get("name") or one["id"]) for one in path)[:500]
    parameters = {one.id for one in read_parameters(path[-1].get("parameters") or ())}
    with transaction.atomic():
        own = Category.objects.filter(organization=organization, pk__in=list(category_ids))
        rows = [
            CategoryMapping(
                organization=organization,
                category=one,
                allegro_category_id=allegro_category_id,
                allegro_path=names,
                created_at=now,
                updated_at=now,
            )
            for one in own.order_by("pk")
        ]
        CategoryMapping.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["category"],
            update_fields=["allegro_category_id", "allegro_path", "updated_at"],
        )
        ParameterDefault.objects.filter(mapping__category__in=own).exclude(
            parameter_id__in=parameters
        ).delete()
        audit.record_many(
            action="offers.category_mapped",
            targets=[one.category for one in rows],
            actor=actor,
            organization_id=organization.pk,
            now=now,
            after={"allegro_category": allegro_category_id, "path": names},
        )
    return len(rows)


@transaction.atomic
def unmap_categories(
    *, organization: Organization, category_ids: Collection[int], actor: User, now: datetime
) -> int:
    """Forget where these categories lie at Allegro, and what filled their parameters. Audits."""
    rows = CategoryMapping.objects.filter(
        organization=organization, category_id__in=list(category_ids)
    ).select_related("category")
    categories = [one.category for one in rows]
    audit.record_many(
        action="offers.category_unmapped",
        targets=categories,
        actor=actor,
        organization_id=organization.pk,
        now=now,
    )
    rows.delete()
    return len(categories)


@transaction.atomic
def set_fillings(
    *,
    mapping: CategoryMapping,
    parameters: Collection[Parameter],
    fillings: Mapping[str, Filling],
    actor: User,
    now: datetime,
) -> int:
    """Make these fill the parameters of a mapped category, by parameter id; others are filled by nothing.

    Returns how many there are. Audits. Raises :class:`UnknownField` for a field no product has, a
    parameter the category has not, and a value that is not in its dictionary.
    """
    known = {one.id: one for one in parameters}
    rows = [_default(mapping, known, key, one) for key, one in sorted(fillings.items())]
    before = _told(mapping)
    ParameterDefault.objects.filter(mapping=mapping).delete()
    ParameterDefault.objects.bulk_create(rows)
    audit.record(
        action="offers.parameters_set",
        target=mapping.category,
        actor=actor,
        organization_id=mapping.organization_id,
        now=now,
        before=before,
        after=_told(mapping),
    )
    return len(rows)


def _default(
    mapping: CategoryMapping, known: Mapping[str, Parameter], key: str, filling: Filling
) -> ParameterDefault:
    parameter = known.get(key)
    if parameter is None or (filling.field and filling.field not in KNOWN_NAMES):
        raise UnknownField(remedy=_("Choose one of the fields and values offered."))
    if filling.value_id and filling.value_id not in {one[0] for one in parameter.choices}:
        raise UnknownField(
            _("%(name)s has no such value.") % {"name": parameter.name},
            remedy=_("Choose one of the fields and values offered."),
        )
    words = dict(parameter.choices).get(filling.value_id, filling.value)
    return ParameterDefault(
        organization_id=mapping.organization_id,
        mapping=mapping,
        parameter_id=key,
        name=parameter.name[:200],
        describes_product=parameter.describes_product,
        source=ParameterSource.FIELD if filling.field else ParameterSource.VALUE,
        value_id=filling.value_id,
        value=words[:500],
        field=filling.field,
    )


def _told(mapping: CategoryMapping) -> dict[str, str]:
    return {one.name: one.field or one.value for one in mapping.defaults.order_by("name")}
