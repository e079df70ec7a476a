import asyncio
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest

from server.db import POOL_SIZE, open_database
from tests.integration.arrange import make_event
from tests.integration.conftest import Postgres, Rows
from tests.integration.doing import until
from tests.integration.served import Served


def test_a_working_server_says_healthy_with_exactly_the_agreed_members(server: Served) -> None:
    answer = httpx.get(f"{server.url}/health")

    body = answer.json()
    assert answer.status_code == 200
    assert list(body) == ["status", "timestamp", "uptime", "memory", "database"]
    assert (body["status"], body["database"]) == ("healthy", "connected")
    assert datetime.fromisoformat(body["timestamp"]).tzinfo is not None
    assert body["uptime"] >= 0
    assert 0 < body["memory"]["used"] < body["memory"]["total"]
    assert 0 < body["memory"]["percentage"] < 100


def test_without_its_database_the_server_says_unhealthy_and_names_no_host_and_no_secret(
    server: Served, postgres: Postgres
) -> None:
    name = server.database_url.rpartition("/")[2]
    postgres.drop(server.database_url)

    answer = httpx.get(f"{server.url}/health")

    body = answer.json()
    assert answer.status_code == 503
    assert list(body) == ["status", "timestamp", "error"]
    assert body["status"] == "unhealthy"
    assert "127.0.0.1" not in body["error"]
    assert name not in body["error"]


def test_a_working_server_is_alive_and_ready(server: Served) -> None:
    live, ready = httpx.get(f"{server.url}/health/live"), httpx.get(f"{server.url}/health/ready")

    assert (live.status_code, live.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "reasons": []})


def test_without_its_database_a_server_is_alive_but_not_ready(server: Served, postgres: Postgres) -> None:
    postgres.drop(server.database_url)

    assert httpx.get(f"{server.url}/health/live").status_code == 200
    assert not_ready(server) == ["database_unreachable"]


def test_a_server_on_an_older_schema_is_not_ready_and_on_a_newer_one_it_works_until_it_is_replaced(
    server: Served, sql: Rows
) -> None:
    sql.execute("UPDATE alembic_version SET version_num = '9999'")
    assert httpx.get(f"{server.url}/health/ready").status_code == 200
    sql.execute("UPDATE alembic_version SET version_num = '0000'")
    assert not_ready(server) == ["not_migrated"]
    sql.execute("DELETE FROM alembic_version")
    assert not_ready(server) == ["not_migrated"]
    sql.execute("DROP TABLE alembic_version")
    assert not_ready(server) == ["not_migrated"]


def test_a_node_that_is_busy_up_to_its_last_connection_is_healthy_all_the_same(
    server: Served, organizer: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer)
    path, body = f"/events/{event['id']}", {"name": "Renamed"}
    with ThreadPoolExecutor(POOL_SIZE) as busy:
        with sql.transaction():
            sql.execute("SELECT * FROM event_heads FOR UPDATE")
            asked = [busy.submit(organizer.put, path, json=body) for _ in range(POOL_SIZE)]
            until(lambda: server.app.state.database.pooled().in_use == POOL_SIZE)
            health, ready = httpx.get(f"{server.url}/health"), httpx.get(f"{server.url}/health/ready")
        assert {one.result().status_code for one in asked} == {200}
    assert (health.status_code, ready.status_code) == (200, 200)


def not_ready(server: Served) -> list[str]:
    answer = httpx.get(f"{server.url}/health/ready")
    body = answer.json()
    assert (answer.status_code, body["status"]) == (503, "not_ready")
    reasons: list[str] = body["reasons"]
    return reasons


@pytest.mark.skipif(sys.platform != "linux", reason="tells what Linux was asked for")
def test_a_connection_notices_a_database_that_fell_silent(database_url: str) -> None:
    async def asked_for() -> tuple[int, int]:
        database = open_database(database_url)
        try:
            async with database.engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                with socket.socket(fileno=os.dup(driver.fileno())) as line:
                    tcp = socket.IPPROTO_TCP
                    return line.getsockopt(tcp, socket.TCP_KEEPIDLE), line.getsockopt(tcp, socket.TCP_USER_TIMEOUT)
        finally:
            await database.close()

    assert asyncio.run(asked_for()) == (5, 10_000)
