"""Prometheus figures, read from the database at scrape time; only with ``HUB_METRICS=1``."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from allegro_hub.durable import counts_by_state, kinds, oldest_due
from core.heartbeat import last_beats
from settings_app.models import Integration


class HubCollector(Collector):
    """Durable work by kind and state, ages of heartbeats, integrations by state."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield self._work()
        yield self._oldest()
        yield self._beats()
        yield self._integrations()

    def _work(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "hub_work", "Durable work that is not done, by kind and state", labels=["kind", "state"]
        )
        for kind in kinds():
            for state, count in counts_by_state(kind).items():
                family.add_metric([kind._meta.label_lower, state], count)
        return family

    def _oldest(self) -> GaugeMetricFamily:
        now = timezone.now()
        oldest = oldest_due(now=now)
        age = (now - oldest).total_seconds() if oldest else 0
        return GaugeMetricFamily("hub_oldest_due_seconds", "Age of the oldest due work", value=age)

    def _beats(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "hub_heartbeat_age_seconds", "Since a process was last seen", labels=["process"]
        )
        now = timezone.now()
        for name, seen in last_beats().items():
            family.add_metric([name], (now - seen).total_seconds())
        return family

    def _integrations(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily("hub_integrations", "Integrations by state", labels=["state"])
        rows = Integration.objects.values("state").annotate(count=Count("pk")).order_by()
        for row in rows:
            family.add_metric([row["state"]], row["count"])
        return family


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' text form; 404 unless the internal switch is on."""
    if not settings.INTERNAL_METRICS:
        raise Http404
    registry = CollectorRegistry()
    registry.register(HubCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
