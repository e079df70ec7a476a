"""The numbers of one application, in a registry of its own: nothing is shared between two of them."""

from typing import cast

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from starlette.requests import HTTPConnection

from eventreg_core.wire import PushAnswer, ReceiptState

REQUEST_MS = (1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0)
"""Bounds in milliseconds; 200 is the promise for 95 of 100 requests."""
LAG_MS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0)


class Metrics:
    """Counts and measures. The labels are bounded: known methods, route templates, statuses; never a path or a name.

    `in_flight` is the number of requests being answered now.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.in_flight = 0
        self._of_route: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self.requests = Counter("requests_total", "Requests answered.", ["method", "route"], registry=self.registry)
        self.durations = Histogram(
            "request_duration_ms",
            "Milliseconds from a request's arrival to the end of its answer.",
            ["method", "route"],
            buckets=REQUEST_MS,
            registry=self.registry,
        )
        self.errors = Counter(
            "requests_errors_total", "Answers with a status from 400 on.", ["status", "route"], registry=self.registry
        )
        self.facts = Counter(
            "facts_pushed_total",
            "Facts that laptops brought, by the state of their receipt; brought twice counts twice.",
            ["state"],
            registry=self.registry,
        )
        self.lag = Histogram(
            "event_loop_lag_ms",
            "Milliseconds by which the event loop comes late to what is due.",
            buckets=LAG_MS,
            registry=self.registry,
        )
        for state in ReceiptState:
            self.facts.labels(state.value)
        ProcessCollector(registry=self.registry)

    def answered(self, method: str, route: str, status: int, ms: float) -> None:
        """One request was answered."""
        numbers = self._of_route.get((method, route))
        if numbers is None:
            # To look them up by their labels costs more than to count.
            numbers = self.requests.labels(method, route), self.durations.labels(method, route)
            self._of_route[method, route] = numbers
        requests, durations = numbers
        requests.inc()
        durations.observe(ms)
        if status >= 400:
            self.errors.labels(str(status), route).inc()

    def pushed(self, answer: PushAnswer) -> None:
        """A laptop got these receipts."""
        for receipt in answer.receipts:
            self.facts.labels(receipt.state.value).inc()


def metrics_of(connection: HTTPConnection) -> Metrics:
    """The application's numbers, for routes."""
    return cast(Metrics, connection.app.state.metrics)
