"""Two people change one thing at once: one of them wins, and the other is shown what it is now."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type
from tests.integration.conftest import People

ROUNDS = 5


def _of_event(_: httpx.Client, event: Json) -> str:
    return f"/events/{event['id']}"


def _of_type(client: httpx.Client, event: Json) -> str:
    return f"/events/{event['id']}/ticket-types/{make_type(client, event)['id']}"


def _of_list(client: httpx.Client, event: Json) -> str:
    path = f"/events/{event['id']}/check-in-lists"
    return f"{path}/{made(client.post(path, json={'name': 'Main'}))['id']}"


def _of_gate(client: httpx.Client, event: Json) -> str:
    path = f"/events/{event['id']}/gates"
    check_in_list = _of_list(client, event).rpartition("/")[2]
    return f"{path}/{made(client.post(path, json={'name': 'North', 'list_id': check_in_list}))['id']}"


@pytest.mark.parametrize("path_of", [_of_event, _of_type, _of_list, _of_gate])
def test_of_two_who_change_one_thing_at_once_the_slower_is_shown_the_present_version(
    organizer: httpx.Client, admin: httpx.Client, path_of: Callable[[httpx.Client, Json], str]
) -> None:
    path = path_of(organizer, make_event(organizer))
    together = Barrier(2)

    def change(client: httpx.Client, name: str, version: int) -> httpx.Response:
        together.wait()
        return client.put(path, json={"name": name}, headers={"If-Match": f'"{version}"'})

    with ThreadPoolExecutor(2) as pool:
        for version in range(1, ROUNDS + 1):
            asked = {name: pool.submit(change, client, name, version) for client, name in
                     ((organizer, f"Oona {version}"), (admin, f"Ada {version}"))}  # fmt: skip
            answers = {name: future.result() for name, future in asked.items()}
            assert sorted(answer.status_code for answer in answers.values()) == [200, 412]
            winner = next(name for name, answer in answers.items() if answer.status_code == 200)
            loser = next(answer for answer in answers.values() if answer.status_code == 412)
            assert (loser.json()["code"], loser.json()["version"]) == ("version_clash", version + 1)
            assert loser.json()["present"]["name"] == winner
            assert loser.headers["ETag"] == f'"{version + 1}"'


def test_two_organizers_who_remove_each_other_at_once_leave_one(
    organizer: httpx.Client, admin: httpx.Client, people: People
) -> None:
    event = make_event(admin)
    path = f"/events/{event['id']}/members"
    made(admin.post(path, json={"email": people.organizer.email, "role": "organizer"}))
    together = Barrier(2)

    def remove(client: httpx.Client, user: object) -> httpx.Response:
        together.wait()
        return client.delete(f"{path}/{user}")

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(remove, organizer, people.admin.id), pool.submit(remove, admin, people.organizer.id)]
        answers = [future.result() for future in asked]
    assert sorted(answer.status_code for answer in answers) in ([204, 404], [204, 409])
    members = made(admin.get(path), 200)["items"]
    assert [member["role"] for member in members] == ["organizer"]
