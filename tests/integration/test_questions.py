"""Questions of an event: who asks, who reads them, and what happens to those that were answered."""

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import Rows

MEAL = {"kind": "choice", "label": "What do you eat?", "choices": ["Vegan", "With cheese"]}


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    event = make_event(organizer)
    make_type(organizer, event)
    return event


@pytest.fixture
def path(event: Json) -> str:
    return f"/events/{event['id']}/questions"


def labels(client: httpx.Client, path: str, **asked: str) -> list[str]:
    return [each["label"] for each in made(client.get(path, params=asked), 200)["items"]]


def test_questions_come_in_their_order_and_everybody_who_sees_the_event_reads_them(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, path: str
) -> None:
    made(organizer.post(path, json=MEAL))
    allergies = made(organizer.post(path, json={"kind": "text", "label": "Allergies", "required": True}))
    assert (allergies["position"], allergies["version"], allergies["required"]) == (2, 1, True)
    made(organizer.put(f"{path}/{allergies['id']}", json={"position": 0}), 200)
    assert labels(anonymous, path) == ["Allergies", "What do you eat?"]
    made(organizer.put(f"/events/{event['id']}", json={"is_active": False}), 200)
    refused(anonymous.get(path), 404, "event_not_found")


def test_a_question_that_cannot_be_is_refused(organizer: httpx.Client, path: str) -> None:
    other = make_type(organizer, make_event(organizer))
    wrong: list[Json] = [
        {"choices": []},
        {"choices": ["Vegan", "Vegan"]},
        {"kind": "text"},
        {"kind": "essay"},
        {"label": " "},
        {"position": -1},
    ]
    for fields in wrong:
        refused(organizer.post(path, json=MEAL | fields), 422, "invalid")
    foreign = organizer.post(path, json=MEAL | {"ticket_type_ids": [other["id"]]})
    assert refused(foreign, 422, "unknown_ticket_type")["field"] == "ticket_type_ids"
    question = made(organizer.post(path, json=MEAL))
    refused(organizer.put(f"{path}/{question['id']}", json={"choices": []}), 422, "invalid")
    assert labels(organizer, path) == ["What do you eat?"]


def test_the_slower_of_two_authors_of_a_question_sees_what_it_is_now(organizer: httpx.Client, path: str) -> None:
    answer = organizer.post(path, json=MEAL)
    question, seen = made(answer), {"If-Match": answer.headers["ETag"]}
    made(organizer.put(f"{path}/{question['id']}", json={"label": "Meal"}, headers=seen), 200)
    clash = organizer.put(f"{path}/{question['id']}", json={"label": "Food"}, headers=seen)
    assert refused(clash, 412, "version_clash")["present"]["label"] == "Meal"
    refused(organizer.delete(f"{path}/{question['id']}", headers=seen), 412, "version_clash")
    assert labels(organizer, path) == ["Meal"]


def test_a_question_that_nobody_answered_is_deleted_and_an_answered_one_retired(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, path: str, sql: Rows
) -> None:
    first, second = (made(organizer.post(path, json=MEAL | {"label": label})) for label in ("Meal", "Drink"))
    assert organizer.delete(f"{path}/{first['id']}").status_code == 204
    guest = register(organizer, event)
    sql.execute("UPDATE registrations SET answers_sealed = 'sealed' WHERE id = %s", [guest["id"]])
    assert organizer.delete(f"{path}/{second['id']}").status_code == 204

    assert labels(organizer, path) == []
    assert labels(organizer, path, retired="true") == ["Drink"]
    refused(anonymous.get(path, params={"retired": "true"}), 401, "not_signed_in")
    refused(organizer.put(f"{path}/{second['id']}", json={"label": "Wine"}), 404, "question_not_found")
    rows = sql.execute("SELECT action FROM audit WHERE object_kind = 'question' ORDER BY id").fetchall()
    assert [row["action"] for row in rows] == [
        *("question.created", "question.created"),
        *("question.deleted", "question.retired"),
    ]


def test_an_event_asks_only_so_much(organizer: httpx.Client, event: Json, path: str, sql: Rows) -> None:
    sql.execute(
        "INSERT INTO questions (id, event_id, position, kind, label)"
        " SELECT gen_random_uuid(), %s, n, 'text', 'Question' FROM generate_series(1, 100) AS n",
        [event["id"]],
    )
    refused(organizer.post(path, json=MEAL), 409, "too_many_questions")
