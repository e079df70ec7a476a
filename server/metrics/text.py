"""Everything as text that Prometheus reads."""

from collections.abc import Iterator

from prometheus_client import Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from server.db import Pooled
from server.metrics.instruments import Metrics
from server.metrics.queries import Counted


def exposition(metrics: Metrics, pooled: Pooled, counted: Counted) -> bytes:
    """The text exposition format, version 0.0.4: what was measured, and how things stand now."""
    return generate_latest(_Measured(metrics)) + generate_latest(_Standing(metrics, pooled, counted))


class _Measured(Collector):
    """The registry without the moment at which each series began: nobody asks, and it doubles the text."""

    def __init__(self, metrics: Metrics) -> None:
        self._registry = metrics.registry

    def collect(self) -> Iterator[Metric]:
        for family in self._registry.collect():
            family.samples = [sample for sample in family.samples if not sample.name.endswith("_created")]
            yield family


class _Standing(Collector):
    def __init__(self, metrics: Metrics, pooled: Pooled, counted: Counted) -> None:
        self._in_flight, self._pooled, self._counted = metrics.in_flight, pooled, counted

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("requests_in_flight", "Requests being answered, this one among them.", self._in_flight)
        yield self._pool()
        yield GaugeMetricFamily("database_up", "1 where the database answered this scrape.", int(self._counted.up))
        if self._counted.up:
            yield GaugeMetricFamily("conflicts_open", "Conflicts not settled yet.", self._counted.conflicts_open)
            yield self._jobs()

    def _pool(self) -> Metric:
        family = GaugeMetricFamily("database_pool", "Connections of this node, and who waits for one.", labels=["what"])
        family.add_metric(["size"], self._pooled.size)
        family.add_metric(["in_use"], self._pooled.in_use)
        family.add_metric(["waiting"], self._pooled.waiting)
        return family

    def _jobs(self) -> Metric:
        family = GaugeMetricFamily(
            "jobs", "Jobs by state: todo (the queue), doing, failed (given up).", labels=["state"]
        )
        for state, jobs in self._counted.jobs.items():
            family.add_metric([state], jobs)
        return family
