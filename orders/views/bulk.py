"""Acts on many orders at once: chosen in the list, looked at, done, told one by one."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.row_ids import row_id
from orders import operations, papers, queries
from orders.forms import OrderFilterForm
from orders.models import Order, OrderWrite
from orders.queries import Chosen
from orders.queries.export import csv_of
from orders.views.writes import may_work

PAPERS = ("packing", "pick", "labels")


@require_POST
@member_required(Role.STAFF)
def bulk(request: MemberRequest) -> HttpResponse:
    """What was chosen in the list: shown before it is done, or printed."""
    found = _chosen(request)
    if not found.orders:
        messages.warning(request, _("Choose the orders first."))
        return redirect(f"{reverse('orders:list')}?{request.POST.get('filter', '')[:1000]}")
    act = request.POST.get("act", "")
    return _printed(request, found, act) if act in PAPERS else _preview(request, found)


def _preview(request: MemberRequest, found: Chosen) -> HttpResponse:
    rows = [(order, operations.why_not_sent(order=order)) for order in found.orders]
    context = {
        "ready": [order for order, refusal in rows if refusal is None],
        "refused": [(order, refusal) for order, refusal in rows if refusal is not None],
        "more": found.more,
        "bound": queries.BULK,
        "filter": request.POST.get("filter", "")[:1000],
    }
    return render(request, "orders/bulk_sent.html", context)


def _printed(request: MemberRequest, found: Chosen, paper: str) -> HttpResponse:
    """A packing list says loudly what must not be shipped; the others leave it out and name it."""
    start = min(row_id(request.POST.get("start", "")), papers.PER_SHEET)
    body = papers.made(paper, orders=found.orders, start=start)
    operations.note_printed(orders=found.orders, what=paper, actor=request.user, now=timezone.now())
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{paper}-{timezone.localdate()}.pdf"'
    return answer


@require_POST
@member_required(Role.STAFF)
def bulk_sent(request: MemberRequest) -> HttpResponse:
    """Ask Allegro to show the picked orders as sent."""
    found = queries.chosen(organization=request.organization, ids=_picked(request.POST))
    operations.mark_sent(orders=found.orders, actor=request.user, now=timezone.now())
    return redirect(_outcome(found.orders))


@require_POST
@member_required(Role.STAFF)
def bulk_retry(request: MemberRequest) -> HttpResponse:
    """Try the writes of the picked orders that need a person once more."""
    found = queries.chosen(organization=request.organization, ids=_picked(request.POST))
    stuck = [row.write.pk for row in queries.sent_rows(orders=found.orders) if row.write]
    writes = OrderWrite.objects.for_organization(request.organization).filter(pk__in=stuck)
    count = operations.retry_writes(writes=writes, actor=request.user, now=timezone.now())
    messages.success(request, _("%(count)d are tried again.") % {"count": count})
    return redirect(_outcome(found.orders))


@require_GET
@member_required()
def sent_outcome(request: MemberRequest) -> HttpResponse:
    """How far "mark as sent" is, order by order."""
    ids = [row_id(text) for text in request.GET.get("orders", "")[:8000].split(",")]
    found = queries.chosen(organization=request.organization, ids=ids)
    rows = queries.sent_rows(orders=found.orders)
    refused = [
        (row.order, refusal)
        for row in rows
        if row.write is None and (refusal := operations.why_not_sent(order=row.order))
    ]
    context = {
        "rows": [row for row in rows if row.write is not None],
        "refused": refused,
        "in_flight": any(row.in_flight for row in rows),
        "stuck": [row for row in rows if row.stuck],
        "done": sum(row.done for row in rows),
        "may_work": may_work(request),
    }
    return render(request, "orders/bulk_outcome.html", context)


@require_GET
@member_required()
def export(request: MemberRequest) -> StreamingHttpResponse:
    """The list as it is narrowed now, as CSV."""
    wish = OrderFilterForm(request.GET).wish()
    body = csv_of(organization=request.organization, wish=wish)
    answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="orders-{timezone.localdate()}.csv"'
    return answer


def _chosen(request: MemberRequest) -> Chosen:
    if request.POST.get("all"):
        wish = OrderFilterForm(QueryDict(request.POST.get("filter", "")[:1000])).wish()
        return queries.all_matching(organization=request.organization, wish=wish)
    return queries.chosen(organization=request.organization, ids=_picked(request.POST))


def _picked(sent: QueryDict) -> list[int]:
    return [pk for pk in map(row_id, sent.getlist("pick")[: queries.BULK + 1]) if pk]


def _outcome(orders: Iterable[Order]) -> str:
    numbers = ",".join(str(order.pk) for order in orders)
    return f"{reverse('orders:sent_outcome')}?orders={numbers}"
