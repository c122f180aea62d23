from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from syncs.models import SyncRun
from tests.factories import IntegrationFactory
from tests.offers.queries import queries_of
from tests.syncs.factories import SyncItemFactory, SyncRunFactory

Page = Callable[[Any], Any]


@pytest.fixture
def integration(organization: Any) -> Any:
    return IntegrationFactory(organization=organization, label="Sklep Lipowa")


def _texts(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_list_shows_accounts_with_their_newest_runs(
    page: Page, viewer: Any, integration: Any
) -> None:
    SyncRunFactory(integration=integration, scanned=40, unchanged=40, finished_at=timezone.now())
    answer = page(viewer).get(reverse("syncs:list"))
    text = _texts(answer)
    assert "Sklep Lipowa" in text
    assert "nothing changed" in text
    assert "every 2s" not in text
    assert "hx-get" not in text.partition('id="sync-overview"')[2].partition(">")[0]


def test_a_page_refreshes_itself_only_while_a_run_is_under_way(
    page: Page, viewer: Any, integration: Any
) -> None:
    run = SyncRunFactory(integration=integration, state="RUNNING", scanned=1000, expected=20000)
    client = page(viewer)
    for name, args in (("list", []), ("detail", [run.pk])):
        text = _texts(client.get(reverse(f"syncs:{name}", args=args)))
        assert "hx-trigger" in text
        assert '<noscript><meta http-equiv="refresh"' in text
    fragment = client.get(reverse("syncs:progress", args=[run.pk]))
    assert "1,000 of 20,000" in _texts(fragment)
    assert "HX-Refresh" not in fragment.headers
    SyncRun.objects.update(state="DONE")
    done = client.get(reverse("syncs:progress", args=[run.pk]))
    assert done.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in _texts(client.get(reverse("syncs:detail", args=[run.pk])))


def test_the_detail_gives_a_reason_and_a_remedy_for_each_thing(
    page: Page, viewer: Any, integration: Any
) -> None:
    run = SyncRunFactory(integration=integration, scanned=3, created=2, failed=1)
    SyncItemFactory(run=run)
    SyncItemFactory(
        run=run,
        outcome="FAILED",
        reason_code="unreadable_listing",
        message="The listing shows a price that is no amount of money.",
        remedy="Open the offer at Allegro and save it again.",
    )
    client = page(viewer)
    text = _texts(client.get(reverse("syncs:detail", args=[run.pk])))
    assert "a price that is no amount of money" in text
    assert "save it again" in text
    answer = client.get(reverse("syncs:detail", args=[run.pk]) + "?outcome=FAILED")
    assert [one.outcome for one in answer.context["page"].items] == ["FAILED"]


def test_a_run_that_changed_nothing_says_so(page: Page, viewer: Any, integration: Any) -> None:
    run = SyncRunFactory(integration=integration, scanned=40, unchanged=40)
    text = _texts(page(viewer).get(reverse("syncs:detail", args=[run.pk])))
    assert "Nothing changed: everything here is as it is at Allegro." in text


def test_lists_need_as_many_queries_for_one_row_as_for_three(
    page: Page, viewer: Any, integration: Any
) -> None:
    client = page(viewer)
    run = SyncRunFactory(integration=integration, requested_by=viewer)
    SyncItemFactory(run=run)
    urls = [reverse("syncs:list"), reverse("syncs:detail", args=[run.pk])]
    one = [queries_of(lambda url=url: client.get(url)) for url in urls]
    for _ in range(2):
        other = IntegrationFactory(organization=integration.organization)
        SyncRunFactory(integration=other, requested_by=viewer)
        SyncItemFactory(run=run)
    assert [queries_of(lambda url=url: client.get(url)) for url in urls] == one


def test_sync_now_starts_both_runs_and_a_second_press_no_more(
    page: Page, staff: Any, integration: Any
) -> None:
    client = page(staff)
    for _press in range(2):
        answer = client.post(reverse("syncs:start", args=[integration.pk]), follow=True)
        assert "The sync of Sklep Lipowa has begun." in _texts(answer)
    assert set(SyncRun.objects.values_list("kind", "trigger", "requested_by")) == {
        ("PULL_OFFERS", "PERSON", staff.pk),
        ("PULL_ORDERS", "PERSON", staff.pk),
    }


def test_a_paused_account_is_not_started_and_says_why(
    page: Page, staff: Any, organization: Any
) -> None:
    paused = IntegrationFactory(organization=organization, state="PAUSED")
    answer = page(staff).post(reverse("syncs:start", args=[paused.pk]), follow=True)
    assert "Paused" in _texts(answer)
    assert not SyncRun.objects.exists()


def test_stop_and_go_on_by_the_buttons(page: Page, staff: Any, integration: Any) -> None:
    run = SyncRunFactory(integration=integration, state="RUNNING")
    client = page(staff)
    client.post(reverse("syncs:cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "DEAD"
    assert "Stopped by" in _texts(client.get(reverse("syncs:detail", args=[run.pk])))
    client.post(reverse("syncs:retry", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "PENDING"
    answer = client.post(reverse("syncs:retry", args=[run.pk]), follow=True)
    assert "cannot be tried again" in _texts(answer)


def test_a_viewer_may_look_and_not_start(page: Page, viewer: Any, integration: Any) -> None:
    run = SyncRunFactory(integration=integration, state="DEAD")
    client = page(viewer)
    for name, pk in (("start", integration.pk), ("cancel", run.pk), ("retry", run.pk)):
        assert client.post(reverse(f"syncs:{name}", args=[pk])).status_code == 403
    assert [(one.pk, one.state) for one in SyncRun.objects.all()] == [(run.pk, "DEAD")]


def test_for_an_outsider_no_run_exists(page: Page, outsider: Any, integration: Any) -> None:
    run = SyncRunFactory(integration=integration, state="DEAD")
    client = page(outsider)
    for name in ("detail", "progress"):
        assert client.get(reverse(f"syncs:{name}", args=[run.pk])).status_code == 404
    for name, pk in (("start", integration.pk), ("cancel", run.pk), ("retry", run.pk)):
        assert client.post(reverse(f"syncs:{name}", args=[pk])).status_code == 404
    assert client.get(reverse("syncs:list")).context["page"].items == []
    assert SyncRun.objects.get().state == "DEAD"
