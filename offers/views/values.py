"""Pages of values on their way to Allegro."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.paging import page_number
from core.row_ids import row_id
from offers import operations
from offers.enums import PushReason
from offers.forms import push_filter
from offers.models import ValuePush
from offers.queries import values as queries
from offers.queries.stock import STUCK
from settings_app.views.answers import may, see_other


@require_GET
@member_required()
def pushes(request: MemberRequest) -> HttpResponse:
    """Every value on its way with its state, its reason and the next step."""
    context = queries.value_list(
        organization=request.organization,
        wanted=push_filter(request.GET),
        number=page_number(request.GET.get("page")),
    )
    return render(
        request, "offers/values.html", context | {"reasons": PushReason.choices} | may(request)
    )


@require_POST
@member_required(Role.STAFF)
def decide(request: MemberRequest) -> HttpResponse:
    """Try the ticked values again or drop them; or try all again that fit the filter."""
    which = request.POST.get("which")
    if which == "all":
        found = queries.value_pushes(
            organization=request.organization, wanted=push_filter(request.POST)
        )
    else:
        ids = [row_id(one) for one in request.POST.getlist("push")]
        found = ValuePush.objects.for_organization(request.organization).filter(pk__in=ids)
    stuck, now = found.filter(state__in=STUCK), timezone.now()
    if which == "drop":
        count = operations.drop_values(pushes=stuck, actor=request.user, now=now)
        text = ngettext("%(n)d value was dropped.", "%(n)d values were dropped.", count)
    else:
        count = operations.retry_values(pushes=stuck, actor=request.user, now=now)
        text = ngettext("%(n)d value is tried again.", "%(n)d values are tried again.", count)
    if count:
        messages.success(request, text % {"n": count})
    else:
        messages.warning(request, _("Nothing chosen: tick values that need you."))
    return see_other("offers:value_pushes")
