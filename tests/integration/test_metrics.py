"""What a node tells about itself, and to whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from server.settings import Settings
from tests.integration.arrange import made, make_event, refused
from tests.integration.conftest import PASSWORD, People, Postgres
from tests.integration.doing import until
from tests.integration.laptop import Laptop, make_festival
from tests.integration.served import Served

pytestmark = pytest.mark.own_server

TOKEN = "a token for scrapers"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(server: Served, **headers: str) -> Samples:
    """What is told once the requests before are counted: that comes behind their answers."""
    until(lambda: server.app.state.metrics.in_flight == 0)
    answer = httpx.get(f"{server.url}/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0)


@contextmanager
def guarded(settings: Settings) -> Iterator[Served]:
    served = Served(replace(settings, metrics_token=TOKEN))
    served.start()
    try:
        yield served
    finally:
        served.stop()


def test_requests_are_counted_and_timed_by_method_and_route_and_errors_by_status(
    server: Served, organizer: httpx.Client, anonymous: httpx.Client, people: People
) -> None:
    made(anonymous.post("/auth/login", json={"email": people.staff.email, "password": PASSWORD}), 200)
    event = make_event(organizer)
    for _ in range(3):
        organizer.get(f"/events/{event['id']}")
    refused(organizer.get(f"/registrations/{event['id']}"), 404, "registration_not_found")

    samples = scraped(server)

    one = {"method": "GET", "route": "/api/v1/events/{event_id}"}
    assert value(samples, "requests_total", **one) == 3
    assert value(samples, "requests_total", method="POST", route="/api/v1/auth/login") == 1
    assert value(samples, "request_duration_ms_count", **one) == 3
    assert value(samples, "request_duration_ms_bucket", le="+Inf", **one) == 3
    assert value(samples, "request_duration_ms_sum", **one) > 0
    assert value(samples, "requests_errors_total", status="404", route="/api/v1/registrations/{registration_id}") == 1


def test_whatever_addresses_are_asked_for_the_labels_stay_few(server: Served, anonymous: httpx.Client) -> None:
    for number in range(20):
        anonymous.get(f"/nothing/{number}/ana@example.org")
        anonymous.request(f"BREW{number}", "/events")

    samples = scraped(server)

    assert not [key for key in samples if "nothing" in str(key) or "ana@" in str(key) or "BREW" in str(key)]
    assert value(samples, "requests_total", method="GET", route="none") == 20
    assert value(samples, "requests_errors_total", status="404", route="none") == 20


def test_it_tells_of_the_pool_the_loop_the_jobs_and_what_doors_did(
    server: Served,
) -> None:
    samples = scraped(server)

    assert value(samples, "database_up") == 1
    assert value(samples, "database_pool", what="size") == 20
    assert value(samples, "database_pool", what="in_use") == 0
    assert value(samples, "database_pool", what="waiting") == 0
    assert value(samples, "requests_in_flight") == 1
    assert value(samples, "conflicts_open") == 0
    assert {dict(labels)["state"] for name, labels in samples if name == "jobs"} == {"todo", "doing", "failed"}
    assert any(name == "event_loop_lag_ms_bucket" for name, _ in samples)
    assert not [name for name, _ in samples if name.endswith("_created")]


def test_while_the_database_is_away_there_are_still_numbers(server: Served, postgres: Postgres) -> None:
    postgres.drop(server.database_url)

    samples = scraped(server)

    assert value(samples, "database_up") == 0
    assert not [name for name, _ in samples if name in ("conflicts_open", "jobs")]
    assert value(samples, "requests_in_flight") == 1


def test_facts_that_laptops_bring_are_counted(server: Served, organizer: httpx.Client, anonymous: httpx.Client) -> None:
    festival = make_festival(organizer)
    laptop = Laptop(anonymous, organizer, festival)
    laptop.check_in(festival.serial())
    laptop.exit(festival.serial())
    laptop.push()

    samples = scraped(server)

    assert value(samples, "facts_pushed_total", state="recorded") == 2
    assert value(samples, "facts_pushed_total", state="quarantined") == 0
    assert value(samples, "requests_total", method="POST", route="/api/v1/sync/push") == 1


def test_the_machine_itself_may_read_them_but_nobody_through_a_proxy(server: Served) -> None:
    answer = httpx.get(f"{server.url}/metrics", headers={"X-Forwarded-For": "203.0.113.9"})

    assert scraped(server)
    refused(answer, 401, "not_signed_in")


def test_an_admin_may_read_them_and_an_organizer_may_not(
    server: Served, admin: httpx.Client, organizer: httpx.Client
) -> None:
    through_a_proxy = {"X-Forwarded-For": "203.0.113.9"}

    assert scraped(server, Authorization=admin.headers["Authorization"], **through_a_proxy)
    as_organizer = {"Authorization": organizer.headers["Authorization"], **through_a_proxy}
    refused(httpx.get(f"{server.url}/metrics", headers=as_organizer), 403, "forbidden")


def test_where_a_token_is_set_only_that_token_opens_them(settings: Settings) -> None:
    with guarded(settings) as served:
        assert scraped(served, Authorization=f"Bearer {TOKEN}")
        refused(httpx.get(f"{served.url}/metrics"), 401, "not_signed_in")
        refused(httpx.get(f"{served.url}/metrics", headers={"Authorization": "Bearer nearly"}), 401, "not_signed_in")


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
def test_what_balancers_ask_every_half_minute_is_counted_apart(server: Served, path: str) -> None:
    httpx.get(server.url + path)

    assert value(scraped(server), "requests_total", method="GET", route=path) == 1
