"""What beat sends when, and which queue a task goes to. Schedules per integration lie in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

# Queues by task name; the queue= attribute of a task is deprecated by Celery 5.7.
TASK_ROUTES = {
    # Floods of offer events must not stand in front of orders.
    "webhooks.poll_changes": {"queue": "sync"},
    "webhooks.process_changes": {"queue": "sync"},
    "webhooks.*": {"queue": "orders"},
    "orders.*": {"queue": "orders"},
    "inventory.*": {"queue": "stock"},
    "offers.push*": {"queue": "stock"},
    "offers.*": {"queue": "sync"},
    "syncs.*": {"queue": "sync"},
    "imports.*": {"queue": "imports"},
    "products.*": {"queue": "imports"},
}

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "core: heartbeat": {
        "task": "core.beat_heartbeat",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 18},
    },
    "core: deliver outbox": {
        "task": "core.deliver_outbox",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 9},
    },
    "webhooks: process inbox": {
        "task": "webhooks.process_inbox",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 9},
    },
    "orders: drain writes": {
        "task": "orders.drain_writes",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 9},
    },
    "orders: follow claims": {
        "task": "orders.follow_claims",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 890},
    },
    "orders: renew carriers": {
        "task": "orders.renew_carriers",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3500},
    },
    "webhooks: forget old": {
        "task": "webhooks.forget_old",
        "schedule": crontab(hour=2, minute=20),
        "options": {"expires": 3600},
    },
    "webhooks: run replays": {
        "task": "webhooks.run_replays",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 14},
    },
    "webhooks: watch journals": {
        "task": "webhooks.watch_journals",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 55},
    },
    "webhooks: find lost events": {
        "task": "webhooks.find_lost_events",
        "schedule": timedelta(minutes=30),
        "options": {"expires": 1700},
    },
    "webhooks: process changes": {
        "task": "webhooks.process_changes",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 14},
    },
    "imports: run due": {
        "task": "imports.run_due",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 14},
    },
    "imports: look at feeds": {
        "task": "imports.look_at_feeds",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 28},
    },
    "syncs: run due": {
        "task": "syncs.run_due",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 14},
    },
    "offers: push due": {
        "task": "offers.push_due",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 9},
    },
    "offers: publish due": {
        "task": "offers.publish_due",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 9},
    },
    "offers: write due": {
        "task": "offers.write_due",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 9},
    },
    "offers: note our side": {
        "task": "offers.note_ours_daily",
        "schedule": crontab(hour=0, minute=10),
        "options": {"expires": 3600},
    },
    "offers: forget commands": {
        "task": "offers.forget_commands",
        "schedule": crontab(hour=2, minute=20),
        "options": {"expires": 3600},
    },
    "products: run due": {
        "task": "products.run_due",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 14},
    },
    "products: forget changes": {
        "task": "products.forget_changes",
        "schedule": crontab(hour=2, minute=40),
        "options": {"expires": 3600},
    },
    "core: clean up": {
        "task": "core.clean_up",
        "schedule": crontab(hour=2, minute=0),
        "options": {"expires": 3600},
    },
    "notifications: mail unsent": {
        "task": "notifications.mail_unsent",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 55},
    },
    "notifications: count tallies": {
        "task": "notifications.count_tallies",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 14},
    },
    "notifications: deliver to service": {
        "task": "notifications.deliver_to_service",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 29},
    },
    "notifications: forget old": {
        "task": "notifications.forget_old",
        "schedule": crontab(hour=2, minute=20),
        "options": {"expires": 3600},
    },
    "work: settle what lives again": {
        "task": "allegro_hub.settle_dead_work",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 55},
    },
    "inventory: expire holds": {
        "task": "inventory.expire_holds",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 18},
    },
    "inventory: watch low stock": {
        "task": "inventory.watch_low_stock",
        "schedule": crontab(minute=20),
        "options": {"expires": 3000},
    },
    "inventory: post stocktakes": {
        "task": "inventory.post_stocktakes",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 28},
    },
    "syncs: settle conflicts": {
        "task": "syncs.settle_conflicts",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 28},
    },
    "settings: refresh tokens": {
        # A refresh whose answer was lost can be repeated for 60 seconds only.
        "task": "settings_app.refresh_due_tokens",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 14},
    },
    "settings: poll device authorizations": {
        "task": "settings_app.poll_device_authorizations",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 4},
    },
    "settings: probe outages": {
        "task": "settings_app.probe_outages",
        "schedule": timedelta(minutes=2),
        "options": {"expires": 110},
    },
    "settings: mend schedules": {
        "task": "settings_app.mend_schedules",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 590},
    },
}
