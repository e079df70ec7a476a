"""How often one may try: with waits that end, for an account and an address together, and nobody locked out."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from limits import RateLimitItemPerHour

from server import limits
from server.auth.origin import network_of
from server.counts import Counts
from server.errors import ApiProblem
from server.limits import FREE_TRIES, Limits, Rule, counted_address, open_limits
from server.settings import Settings
from tests.integration.arrange import refused
from tests.integration.conftest import PASSWORD, People
from tests.integration.doing import until
from tests.integration.served import NOBODYS_PORT, Served

SECRET = b"a secret of the server, 32 bytes."
THRICE = Rule("thrice", RateLimitItemPerHour(3))
HOME, AWAY = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "198.51.100.9"}


def login(client: httpx.Client, email: str, password: str, headers: dict[str, str]) -> httpx.Response:
    return client.post("/auth/login", json={"email": email, "password": password}, headers=headers)


def test_wrong_passwords_make_the_next_try_wait_but_lock_nobody_out(anonymous: httpx.Client, people: People) -> None:
    email = people.admin.email
    for _ in range(FREE_TRIES + 1):
        refused(login(anonymous, email, "wrong", HOME), 401, "wrong_credentials")
    told: list[httpx.Response] = []

    def must_wait() -> bool:
        """The first wait is a second, which a busy machine may need for one login; each one is twice as long."""
        if login(anonymous, email, "wrong", HOME).status_code == 429:
            told[:] = [login(anonymous, f" {email.upper()}", PASSWORD, HOME)]
        return bool(told) and told[0].status_code == 429

    until(must_wait, "the next try must wait, also with the right password")
    refused(told[0], 429, "too_many_attempts")
    assert int(told[0].headers["Retry-After"]) >= 1
    assert login(anonymous, email, PASSWORD, AWAY).status_code == 200
    assert login(anonymous, people.staff.email, PASSWORD, HOME).status_code == 200

    until(lambda: login(anonymous, email, PASSWORD, HOME).status_code == 200, "the wait ends by itself")
    refused(login(anonymous, email, "wrong", HOME), 401, "wrong_credentials")


def test_an_unknown_email_is_made_to_wait_like_a_known_one(anonymous: httpx.Client, people: People) -> None:
    def told(email: str) -> list[tuple[int, str]]:
        answers = [login(anonymous, email, "wrong", HOME) for _ in range(FREE_TRIES + 1)]

        def must_wait() -> bool:
            answers.append(login(anonymous, email, "wrong", HOME))
            return answers[-1].status_code == 429

        until(must_wait, "the next try must wait")
        return list(dict.fromkeys((answer.status_code, answer.json()["code"]) for answer in answers))

    assert told("nobody@example.org") == told(people.admin.email)


def test_mails_to_one_address_are_asked_for_a_few_times_only(anonymous: httpx.Client) -> None:
    def ask(email: str, headers: dict[str, str]) -> httpx.Response:
        return anonymous.post("/auth/password-reset", json={"email": email}, headers=headers)

    assert [ask("ana@example.org", HOME).status_code for _ in range(5)] == [202] * 5
    over = ask(" ANA@example.org", HOME)
    refused(over, 429, "too_many_requests")
    assert 1 <= int(over.headers["Retry-After"]) <= 900
    assert ask("ana@example.org", AWAY).status_code == 202
    assert ask("ben@example.org", HOME).status_code == 202


def test_visitors_are_counted_by_address_and_nobody_who_signed_in_is(
    anonymous: httpx.Client, admin: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Fewer, and for longer: a busy machine may need the rule's own minute for as many as the rule allows.
    monkeypatch.setattr(limits, "VISITOR", replace(limits.VISITOR, item=RateLimitItemPerHour(20)))
    codes = [anonymous.get("/nowhere", headers=HOME).status_code for _ in range(21)]
    assert codes == [404] * 20 + [429]
    for told in ("Bearer x", "Basic eDp5", "er_x", "EventReg-Device id=?"):
        refused(anonymous.get("/events", headers=HOME | {"Authorization": told}), 429, "too_many_requests")
    assert anonymous.get("/events", headers=AWAY).status_code == 200
    assert anonymous.get("/events").status_code == 200
    assert admin.get("/events", headers=HOME).status_code == 200
    # A door hears what is wrong with its signature, and a balancer how this node is.
    door = HOME | {"Authorization": "EventReg-Device id=?"}
    refused(anonymous.post("/sync/push", headers=door), 401, "not_a_device")
    assert anonymous.get(anonymous.base_url.copy_with(path="/health/ready"), headers=HOME).status_code == 200


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.77", "203.0.113.77"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.77"),
        ("::ffff:127.0.0.1", None),
        ("::1", None),
        ("testclient", None),
    ],
)
def test_whoever_has_a_whole_network_of_addresses_is_counted_as_one(address: str, counted: str | None) -> None:
    assert counted_address(address) == counted


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("testclient", ""),
    ],
)
def test_of_an_address_only_the_network_is_kept(address: str, network: str) -> None:
    assert network_of(address) == network


async def spent(limits: Limits, count: int) -> int:
    """How many of so many requests get through."""

    async def one() -> bool:
        try:
            await limits.spend(THRICE, "ana@example.org")
        except ApiProblem:
            return False
        return True

    return [await one() for _ in range(count)].count(True)


def test_of_many_tries_at_once_only_the_free_ones_get_through() -> None:
    async def run() -> list[bool]:
        limits = Limits(Counts(), SECRET)
        tries = (limits.try_password("ana@example.org", "203.0.113.0/24") for _ in range(50))
        return [outcome is None for outcome in await asyncio.gather(*tries, return_exceptions=True)]

    assert asyncio.run(run()).count(True) == FREE_TRIES + 1


def test_counts_hold_no_email() -> None:
    async def run() -> str:
        storage = Counts()
        limits = Limits(storage, SECRET)
        await spent(limits, 2)
        await limits.try_password("ana@example.org", "203.0.113.0/24")
        return str(storage.storage)

    counts = asyncio.run(run())
    assert "thrice" in counts
    assert "ana" not in counts.replace("thrice", "")


def test_where_redis_does_not_answer_each_process_counts_for_itself(settings: Settings) -> None:
    async def run() -> int:
        return await spent(open_limits(replace(settings, redis_url=f"redis://127.0.0.1:{NOBODYS_PORT}/0")), 5)

    assert asyncio.run(run()) == 3


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("no redis-server on this machine (Debian: apt-get install redis-server)")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    line = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as process:
        until(lambda: _answers(port), "Redis listens")
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_nodes_that_share_redis_count_together(settings: Settings, redis: str) -> None:
    async def run() -> list[int]:
        nodes = [open_limits(replace(settings, redis_url=redis)) for _ in range(2)]
        counts = [await spent(node, 2) for node in nodes]
        for node in nodes:
            await node.close()
        return counts

    assert asyncio.run(run()) == [2, 1]


def test_a_served_login_counts_in_redis(settings: Settings, redis: str, people: People) -> None:
    nodes = [Served(replace(settings, redis_url=redis)) for _ in range(2)]
    codes: list[int] = []
    for node in nodes:
        node.start()
    try:
        with nodes[0].client() as one, nodes[1].client() as other:
            for client in [one, other] * ((FREE_TRIES + 2) // 2):
                codes.append(login(client, people.admin.email, "wrong", HOME).status_code)
            assert codes[: FREE_TRIES + 1] == [401] * (FREE_TRIES + 1)
            until(lambda: login(one, people.admin.email, "wrong", HOME).status_code == 429, "the next try must wait")
    finally:
        for node in nodes:
            node.stop()
