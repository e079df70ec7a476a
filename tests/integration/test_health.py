from datetime import datetime

import httpx

from tests.integration.conftest import Postgres
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
