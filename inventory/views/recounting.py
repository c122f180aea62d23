"""Whether levels, the ledger and the promises agree, and making them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from inventory import operations, queries
from inventory.views.answers import room, see_other

SHOWN = 200


@require_http_methods(["GET", "POST"])
@member_required(Role.OWNER)
def recount(request: MemberRequest) -> HttpResponse:
    """Show every difference to the owner; their POST mends all of them."""
    organization_id = request.organization.pk
    if request.method == "POST":
        mended = len(
            operations.mend_stock(
                organization_id=organization_id, actor=request.user, now=timezone.now()
            )
        )
        text = ngettext("%(count)d level was mended.", "%(count)d levels were mended.", mended)
        messages.success(request, text % {"count": mended} if mended else _("Everything agrees."))
        return see_other("recount")
    found = queries.differences(organization_id=organization_id, limit=SHOWN + 1)
    context = {"rows": found[:SHOWN], "there_are_more": len(found) > SHOWN}
    return render(request, "inventory/recount.html", context | room(request, "movements"))
