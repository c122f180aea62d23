"""What is kept in step and when: the pages and the routes, their audit, what they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django_celery_beat.models import PeriodicTask

from core.models import AuditEntry
from settings_app.enums import SyncDirection
from settings_app.models import FieldRule, SyncSchedule
from settings_app.queries import field_rules, schedules_of
from settings_app.schedules import ensure_schedules

FIELDS = {
    "conflict_strategy": "DB_WINS",
    "brake_changed_percent": "25",
    "brake_changed_minimum": "40",
    "brake_ended_per_day": "5",
    "PRICE-enabled": "on",
    "PRICE-strategy": "MANUAL",
    "PRICE-may_raise": "on",
    "PRICE-max_change_percent": "10",
    "STOCK-enabled": "on",
    "STOCK-strategy": "DB_WINS",
    "TITLE-enabled": "on",
    "TITLE-strategy": "",
    "DESCRIPTION-strategy": "",
    "IMAGES-strategy": "",
    "STATUS-strategy": "",
}
TIMES = {
    "PUSH-enabled": "on",
    "PUSH-when": "20",
    "PULL-when": "30",
    "STOCK-enabled": "on",
    "STOCK-when": "10",
    "CLEANUP-enabled": "on",
    "CLEANUP-when": "30 3 * * 6",
}


def at(integration: Any, page: str) -> str:
    return f"/integrations/{integration.pk}/{page}/"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_page_says_which_side_is_overwritten(integration: Any, owner: Any, page: Any) -> None:
    shown = text_of(page(owner).get(at(integration, "in-step")))

    assert "is written to Allegro, and what was changed at Allegro is overwritten" in shown
    assert (
        "is written into your catalogue, and what you changed here is overwritten"
        in shown.replace("\n", " ")
    )
    assert "As above: Ask me; nothing is overwritten" in shown
    assert not FieldRule.objects.exists()


def test_rules_are_saved_together_and_audited(integration: Any, owner: Any, page: Any) -> None:
    client = page(owner)
    assert client.post(at(integration, "in-step"), FIELDS).status_code == 303

    integration.refresh_from_db()
    rules = field_rules(integration=integration)
    assert (integration.conflict_strategy, integration.brake_ended_per_day) == ("DB_WINS", 5)
    assert (integration.brake_changed_percent, integration.brake_changed_minimum) == (25, 40)
    assert (rules["PRICE"].strategy, rules["PRICE"].may_lower) == ("MANUAL", False)
    assert rules["PRICE"].max_change_percent == 10
    assert (rules["TITLE"].enabled, rules["TITLE"].strategy) == (True, "DB_WINS")
    assert not rules["STATUS"].enabled
    entry = AuditEntry.objects.get(action="integration.field_rule_changed", after__field="STATUS")
    assert (entry.before["enabled"], entry.after["enabled"], entry.actor) == (True, False, owner)

    written = AuditEntry.objects.count()
    client.post(at(integration, "in-step"), FIELDS)
    assert AuditEntry.objects.count() == written


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"PRICE-max_change_percent": "0"}, "greater than or equal to 1"),
        ({"STOCK-strategy": "ALLEGRO_WINS"}, "Select a valid choice"),
        ({"brake_changed_percent": "101"}, "less than or equal to 100"),
    ],
)
def test_wrong_rules_are_explained_and_nothing_is_saved(
    integration: Any, owner: Any, page: Any, wrong: dict[str, str], words: str
) -> None:
    answer = page(owner).post(at(integration, "in-step"), FIELDS | wrong)

    assert (answer.status_code, words in text_of(answer)) == (422, True)
    integration.refresh_from_db()
    assert (integration.conflict_strategy, FieldRule.objects.count()) == ("MANUAL", 0)


def test_schedules_take_minutes_and_cron_and_beat_follows(
    integration: Any, owner: Any, page: Any
) -> None:
    ensure_schedules(integration=integration)
    client = page(owner)
    shown = text_of(client.get(at(integration, "schedules")))
    assert "every 15 minutes" in shown
    assert "at 02:00, every day" in shown

    assert client.post(at(integration, "schedules"), TIMES).status_code == 303

    rows = {
        row.name.split(": ")[1]: row
        for row in PeriodicTask.objects.filter(name__startswith=f"integration {integration.pk}: ")
    }
    assert (rows["push"].interval.every, rows["push"].enabled) == (1200, True)
    assert (rows["pull"].interval.every, rows["pull"].enabled) == (1800, False)
    cleanup = rows["cleanup"]
    assert (cleanup.interval, str(cleanup.crontab.timezone)) == (None, "Europe/Warsaw")
    assert (cleanup.crontab.minute, cleanup.crontab.hour, cleanup.crontab.day_of_week) == (
        *("30", "3"),
        "6",
    )
    assert json.loads(rows["stock"].kwargs) == {"integration_id": integration.pk, "kind": "STOCK"}
    assert "at 03:30, on Saturday" in text_of(client.get(at(integration, "schedules")))
    assert AuditEntry.objects.filter(action="integration.schedule_changed").count() == 3
    assert ensure_schedules(integration=integration) == 0


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("4", "Between 5 and 1440 minutes"),
        ("99999999999999999999", "Between 5 and 1440 minutes"),
        ("* * * * *", "At least 5 minutes"),
        ("soon", "Five fields"),
    ],
)
def test_a_wrong_time_is_explained_and_nothing_is_saved(
    integration: Any, owner: Any, page: Any, when: str, words: str
) -> None:
    answer = page(owner).post(at(integration, "schedules"), TIMES | {"PULL-when": when})

    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert not SyncSchedule.objects.exists()


def test_the_routes_say_and_change_the_same(integration: Any, owner: Any, api: Any) -> None:
    fields = f"/api/v1/allegro/settings/{integration.pk}/fields"
    read = api(owner).get(fields).json()
    assert (read["conflictStrategy"], read["brakeEndedPerDay"]) == ("MANUAL", 50)
    assert read["rules"][0] == {
        "field": "PRICE",
        "enabled": True,
        "strategy": "",
        "effectiveStrategy": "MANUAL",
        "mayRaise": True,
        "mayLower": True,
        "maxChangePercent": 50,
        "mayWrite": False,
    }
    rule = {"field": "PRICE@allegro-cz", "strategy": "ALLEGRO_WINS", "mayRaise": False}
    changed = api(owner).put(fields, {"rules": [rule]}, format="json").json()
    assert {one["field"]: one["effectiveStrategy"] for one in changed["rules"]}[
        "PRICE@allegro-cz"
    ] == "ALLEGRO_WINS"
    assert not field_rules(integration=integration)["PRICE@allegro-cz"].may_raise

    times = f"/api/v1/allegro/settings/{integration.pk}/schedules"
    wish = {"direction": "PULL", "cron": "0  */2 * * *"}
    changed = api(owner).put(times, {"schedules": [wish]}, format="json").json()
    pull = {one["direction"]: one for one in changed["schedules"]}["PULL"]
    assert (pull["minutes"], pull["cron"], len(pull["nextTimes"])) == (None, "0 */2 * * *", 3)
    assert schedules_of(integration=integration)[SyncDirection.PUSH].minutes == 15


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("fields", {"rules": [{"field": "WEIGHT"}]}, "rules"),
        ("fields", {"rules": [{"field": "STOCK", "strategy": "TIMESTAMP"}]}, "rules"),
        (
            "schedules",
            {"schedules": [{"direction": "PUSH", "minutes": 5, "cron": "0 2 * * *"}]},
            "",
        ),
        ("schedules", {"schedules": [{"direction": "PUSH", "cron": "x"}]}, ""),
    ],
)
def test_routes_refuse_what_is_no_rule(
    integration: Any, owner: Any, api: Any, path: str, body: dict[str, Any], field: str
) -> None:
    answer = api(owner).put(
        f"/api/v1/allegro/settings/{integration.pk}/{path}", body, format="json"
    )

    assert (answer.status_code, field in answer.content.decode()) == (400, True)
    assert not FieldRule.objects.exists()
    assert not SyncSchedule.objects.exists()


def test_only_owners_decide(integration: Any, staff: Any, viewer: Any, page: Any, api: Any) -> None:
    for person in (staff, viewer):
        assert page(person).post(at(integration, "in-step"), FIELDS).status_code == 403
        assert page(person).post(at(integration, "schedules"), TIMES).status_code == 403
        answer = api(person).put(
            f"/api/v1/allegro/settings/{integration.pk}/fields",
            {"conflictStrategy": "DB_WINS"},
            format="json",
        )
        assert answer.status_code == 403
    integration.refresh_from_db()
    assert integration.conflict_strategy == "MANUAL"
