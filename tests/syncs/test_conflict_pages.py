"""The inbox of conflicts: what it shows, who may choose, one by one and many at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from allegro_hub.queries.attention import what_needs_you
from offers.models import ValuePush
from syncs import tasks
from syncs.models import Conflict
from tests.syncs.conflicting import OURS, THEIRS, account_of, price_conflict, push_ends, sides
from tests.syncs.factories import ConflictFactory

INBOX = "/syncs/conflicts/"


@pytest.fixture
def account(organization: Any) -> Any:
    return account_of(organization)


@pytest.fixture
def conflict(account: Any) -> Conflict:
    return price_conflict(account)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_inbox_shows_three_values_and_where_to_choose(
    conflict: Conflict, staff: Any, page: Any
) -> None:
    shown = text_of(page(staff).get(INBOX))

    for words in (conflict.offer.title, "99.00 PLN", OURS, THEIRS, "Price"):
        assert words in shown
    assert f"{INBOX}{conflict.pk}/" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("field=PRICE", 2),
        ("field=TITLE", 1),
        ("account={account}", 3),
        ("account=999999", 0),
        ("q={title}", 1),
        ("since=2999-01-01", 0),
        ("since=nonsense", 3),
        ("tab=settled", 1),
    ],
)
def test_the_inbox_is_narrowed(
    account: Any, conflict: Conflict, staff: Any, page: Any, query: str, found: int
) -> None:
    ConflictFactory(offer__integration=account, field="PRICE@allegro-cz")
    ConflictFactory(offer__integration=account, field="TITLE", ours="Ours", theirs="Theirs")
    ConflictFactory(offer__integration=account, state="AGREED")
    wanted = query.format(account=account.pk, title=conflict.offer.allegro_id)

    shown = page(staff).get(f"{INBOX}?{wanted}")

    assert len(shown.context["page"].items) == found


def test_the_inbox_needs_as_many_queries_for_one_row_as_for_three(
    account: Any, staff: Any, page: Any
) -> None:
    client = page(staff)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(INBOX)
        return len(captured)

    ConflictFactory(offer__integration=account)
    client.get(INBOX)
    one = queries()
    ConflictFactory.create_batch(2, offer__integration=account)
    assert queries() == one


def test_a_choice_is_written_and_the_page_says_that_it_is_on_its_way(
    conflict: Conflict, staff: Any, page: Any
) -> None:
    client, url = page(staff), f"{INBOX}{conflict.pk}/"
    shown = text_of(client.get(url))
    assert f"Allegro: {THEIRS} becomes {OURS}." in shown
    assert f"Here: {OURS} becomes {THEIRS}." in shown
    product = conflict.offer.links.get().product
    assert f"It is written to the product {product.name}, which only this offer sells." in shown

    chosen = {"resolution": "OURS", "ours": OURS, "theirs": THEIRS}
    answer = client.post(f"{url}resolve/", chosen, follow=True)

    assert "on its way to Allegro" in text_of(answer)
    assert 'hx-trigger="every 3s"' in text_of(answer)
    conflict.refresh_from_db()
    assert (conflict.state, ValuePush.objects.get().value) == ("WRITING", OURS)
    push_ends(conflict, "SENT")
    tasks.settle_conflicts.apply().get()
    settled = client.get(f"{url}state/")
    assert settled.headers["HX-Refresh"] == "true"
    assert "Resolved" in text_of(client.get(url))


def test_an_old_page_decides_nothing(conflict: Conflict, staff: Any, page: Any) -> None:
    chosen = {"resolution": "OURS", "ours": OURS, "theirs": "94.00 PLN"}
    answer = page(staff).post(f"{INBOX}{conflict.pk}/resolve/", chosen, follow=True)

    assert "Allegro shows 95.00 PLN now, not 94.00 PLN." in text_of(answer)
    assert not ValuePush.objects.exists()


def test_many_are_shown_before_they_are_written(
    account: Any, conflict: Conflict, staff: Any, page: Any
) -> None:
    other = price_conflict(account)
    account.brake_changed_minimum, account.brake_changed_percent = 1, 1
    account.save()
    client = page(staff)
    ticked = {"id": [conflict.pk, other.pk], "resolution": "OURS"}

    shown = text_of(client.post(f"{INBOX}bulk/", ticked))
    assert "What stands at Allegro is overwritten; nothing changes here." in shown
    assert "more than the brake of 1 % lets a run do by itself" in shown
    assert not ValuePush.objects.exists()

    seen = {f"ours-{conflict.pk}": OURS, f"theirs-{conflict.pk}": "1.00 PLN"}
    answer = client.post(f"{INBOX}bulk/", ticked | seen | {"confirmed": "yes"}, follow=True)
    assert "1 conflict resolved." in text_of(answer)
    assert "Allegro shows 95.00 PLN now" in text_of(answer)
    assert ValuePush.objects.get().offer_id == other.offer_id


def test_a_choice_is_taken_back_after_asking(conflict: Conflict, staff: Any, page: Any) -> None:
    client, url = page(staff), f"{INBOX}{conflict.pk}/"
    client.post(
        f"{url}resolve/", {"resolution": "ALLEGRO", "ours": OURS, "theirs": THEIRS}, follow=True
    )
    assert sides(conflict)[1] == THEIRS
    assert f"Here: {OURS} returns where it stood" in text_of(client.get(f"{url}undo/"))

    answer = client.post(f"{url}undo/", follow=True)

    assert "the conflict is open again" in text_of(answer)
    assert sides(conflict)[1] == OURS


def test_viewers_look_and_cannot_choose(conflict: Conflict, viewer: Any, page: Any) -> None:
    client, url = page(viewer), f"{INBOX}{conflict.pk}/"
    assert "Write ours to Allegro" not in text_of(client.get(url))
    assert "Ours to Allegro…" not in text_of(client.get(INBOX))

    chosen = {"resolution": "OURS", "ours": OURS, "theirs": THEIRS}
    for path in ("resolve/", "undo/"):
        assert client.post(f"{url}{path}", chosen).status_code == 403
    assert client.post(f"{INBOX}bulk/", {"id": [conflict.pk]} | chosen).status_code == 403
    conflict.refresh_from_db()
    assert (conflict.state, ValuePush.objects.exists()) == ("OPEN", False)


def test_the_home_page_says_how_many_wait(
    conflict: Conflict, organization: Any, owner: Any
) -> None:
    entries = what_needs_you(
        organization=organization, user=owner, integrations=[], now=timezone.now()
    )

    found = [one for one in entries if one["action_url"] == reverse("syncs:conflicts")]
    assert [one["title"] for one in found] == ["1 conflict waits for your choice"]


def test_the_routes_list_resolve_and_take_back(
    account: Any, conflict: Conflict, staff: Any, viewer: Any, api: Any
) -> None:
    client, url = api(staff), f"/api/v1/sync/conflicts/{conflict.pk}"
    listed = client.get("/api/v1/sync/conflicts", {"field": "PRICE"}).json()["items"]
    assert [one["id"] for one in listed] == [conflict.pk]
    read = client.get(url).json()
    assert {one["resolution"] for one in read["choices"]} == {"OURS", "ALLEGRO", "OWN"}
    assert (read["base"], read["ours"], read["theirs"]) == ("99.00 PLN", OURS, THEIRS)

    stale = {"resolution": "OURS", "seen": {"ours": OURS, "theirs": "1.00 PLN"}}
    refused = client.post(f"{url}/resolve", stale, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict_moved")
    assert api(viewer).post(f"{url}/resolve", stale, format="json").status_code == 403
    assert not ValuePush.objects.exists()

    key = {"HTTP_IDEMPOTENCY_KEY": "once"}
    for _again in range(2):
        taken = client.post(f"{url}/resolve", {"resolution": "ALLEGRO"}, format="json", **key)
        assert (taken.status_code, taken.json()["state"]) == (200, "RESOLVED")
    assert client.post(f"{url}/undo").json()["state"] == "OPEN"
    assert sides(conflict) == ("99.00 PLN", OURS, THEIRS)


def test_the_route_of_many_tells_first_and_writes_then(
    account: Any, conflict: Conflict, staff: Any, api: Any
) -> None:
    url, client = "/api/v1/sync/conflicts/resolve", api(staff)
    asked = {"conflictIds": [conflict.pk, 999_999], "resolution": "OURS"}

    told = client.post(url, asked | {"dryRun": True}, format="json").json()
    assert [one["id"] for one in told["planned"]] == [conflict.pk]
    assert [one["code"] for one in told["refused"]] == ["not_found"]
    assert not ValuePush.objects.exists()

    done = client.post(url, asked, format="json").json()
    assert (done["resolved"], ValuePush.objects.count()) == ([conflict.pk], 1)
