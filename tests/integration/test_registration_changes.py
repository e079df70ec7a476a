"""Changes of a registration: notes, answers, another ticket type, companions, and two who change it at once."""

from typing import Any

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type, refused, register, reread
from tests.integration.conftest import Rows
from tests.integration.laptop import make_festival, scan_of, scanned

OTHERS = [{"full_name": "Ben"}, {"full_name": "Cleo"}]


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer, max_capacity=4)


@pytest.fixture
def group(organizer: httpx.Client, event: Json) -> Json:
    """A ticket type that lets companions in."""
    return make_type(organizer, event, name="Group", companions_allowed=2)


def change(client: httpx.Client, registration: Json, **fields: Any) -> Json:
    return made(client.put(f"/registrations/{registration['id']}", json=fields), 200)


def sold(client: httpx.Client, event: Json) -> tuple[int, dict[str, int]]:
    types = made(client.get(f"/events/{event['id']}/ticket-types"), 200)["items"]
    whole = made(client.get(f"/events/{event['id']}"), 200)["sold"]
    return whole, {each["name"]: each["sold"] for each in types}


def names(registration: Json) -> list[tuple[int, str]]:
    return [(each["place"], each["full_name"]) for each in registration["companions"]]


def test_notes_are_for_the_staff_and_lie_sealed(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, group: Json, sql: Rows
) -> None:
    registration = register(anonymous, event, phone="0800")
    assert (registration["notes"], registration["language"]) == (None, "en")
    changed = change(organizer, registration, notes="Pays in cash\nat the door", language="de")
    assert (changed["notes"], changed["language"], changed["phone"]) == ("Pays in cash\nat the door", "de", "0800")
    row = sql.execute("SELECT notes_sealed, language FROM registrations").fetchone()
    assert row is not None
    assert b"cash" not in row["notes_sealed"]
    told = sql.execute("SELECT before, after FROM audit WHERE action = 'registration.changed'").fetchall()
    assert [("cash" in str(each), "notes" in each["after"]) for each in told] == [(False, True)]
    assert change(organizer, registration, notes=None)["notes"] is None


def test_answers_are_read_as_their_questions_ask_and_those_of_retired_questions_stay(
    organizer: httpx.Client, event: Json, group: Json
) -> None:
    path = f"/events/{event['id']}/questions"
    age, meal = (
        made(organizer.post(path, json=body))["id"]
        for body in (
            {"kind": "number", "label": "Age", "required": True},
            {"kind": "choice", "label": "Meal", "choices": ["Vegan", "Fish"]},
        )
    )
    registration = register(organizer, event, answers={age: "33"})
    assert change(organizer, registration, answers={age: "33.50", meal: "Fish"})["answers"] == {
        age: "33.50",
        meal: "Fish",
    }
    put = f"/registrations/{registration['id']}"
    wrong = organizer.put(put, json={"answers": {meal: "fish"}})
    assert refused(wrong, 422, "answer_invalid")["field"] == f"answers.{meal}"
    unknown = organizer.put(put, json={"answers": {"shoe size": "44"}})
    assert refused(unknown, 422, "unknown_question")["field"] == "answers.shoe size"
    assert organizer.delete(f"{path}/{meal}").status_code == 204
    assert change(organizer, registration, answers={age: "34"})["answers"] == {age: "34", meal: "Fish"}


def test_companions_come_and_go_with_tickets_and_places_of_their_own(
    organizer: httpx.Client, event: Json, group: Json, sql: Rows
) -> None:
    registration = register(organizer, event)
    three = change(organizer, registration, companions=OTHERS)
    assert names(three) == [(1, "Ben"), (2, "Cleo")]
    assert sold(organizer, event) == (3, {"Group": 3})
    assert len({registration["short_code"], *(each["short_code"] for each in three["companions"])}) == 3
    assert three["qr_code"] == registration["qr_code"]

    stays = [{"place": 2, "full_name": "Cléo"}]
    two = change(organizer, registration, companions=stays)
    assert names(two) == [(2, "Cléo")]
    assert two["companions"][0]["short_code"] == three["companions"][1]["short_code"]
    assert sold(organizer, event) == (2, {"Group": 2})
    again = change(organizer, registration, companions=[*stays, {"full_name": "Dora"}])
    assert names(again) == [(2, "Cléo"), (3, "Dora")]
    statuses = sql.execute("SELECT place, status, holder_name FROM tickets ORDER BY place").fetchall()
    assert [tuple(row.values()) for row in statuses] == [
        (0, "valid", None),
        (1, "cancelled", "Ben"),
        (2, "valid", "Cléo"),
        (3, "valid", "Dora"),
    ]


def test_companions_who_cannot_come_are_refused_and_nothing_changes(
    organizer: httpx.Client, event: Json, group: Json
) -> None:
    registration = register(organizer, event)
    put = f"/registrations/{registration['id']}"

    def refusal(status: int, code: str, *companions: Json) -> None:
        refused(organizer.put(put, json={"companions": companions, "full_name": "Other"}), status, code)

    refusal(422, "too_many_companions", *OTHERS, {"full_name": "Dora"})
    refusal(422, "unknown_companion", {"place": 7, "full_name": "Nobody"})
    change(organizer, registration, companions=[{"full_name": "Ben"}])
    refusal(422, "unknown_companion", *[{"place": 1, "full_name": "Ben"}] * 2)
    register(organizer, event, "b@example.org", companions=["Somebody"])
    refusal(409, "sold_out", {"place": 1, "full_name": "Ben"}, {"full_name": "Dora"})
    assert reread(organizer, registration)["full_name"] == "Ana Müller"
    organizer.delete(put)
    refusal(409, "registration_cancelled")
    assert sold(organizer, event) == (2, {"Group": 2})


def test_another_ticket_type_is_another_ticket_within_its_own_quota(organizer: httpx.Client, event: Json) -> None:
    day = make_type(organizer, event, name="Day")
    backstage = make_type(organizer, event, name="Backstage", price_minor=4500, quota=1)
    first = register(organizer, event, ticket_type_id=day["id"])
    second = register(organizer, event, "b@example.org", ticket_type_id=day["id"])

    moved = change(organizer, first, ticket_type_id=backstage["id"])
    assert (moved["ticket_type_id"], moved["payment_status"], moved["qr_code"]) == (backstage["id"], "PENDING", None)
    assert moved["short_code"] != first["short_code"]
    assert sold(organizer, event) == (2, {"Day": 1, "Backstage": 1})
    body = {"ticket_type_id": backstage["id"]}
    refused(organizer.put(f"/registrations/{second['id']}", json=body), 409, "sold_out")
    unknown = {"ticket_type_id": second["id"]}
    refused(organizer.put(f"/registrations/{second['id']}", json=unknown), 422, "unknown_ticket_type")

    paid = change(organizer, first, payment_status="PAID")
    assert len(paid["qr_code"]) == 32
    assert int(paid["qr_code"][-4:], 16) == backstage["number"]
    assert change(organizer, first, ticket_type_id=day["id"])["payment_status"] == "PAID"
    assert sold(organizer, event) == (2, {"Day": 2, "Backstage": 0})


def test_whoever_entered_does_not_enter_again_with_the_ticket_of_another_type(organizer: httpx.Client) -> None:
    festival = make_festival(organizer)
    registration = festival.registrations[0]
    other = make_type(organizer, festival.event, name="Backstage")
    list_path = festival.path(f"check-in-lists/{festival.check_in_list['id']}")
    types = [registration["ticket_type_id"], other["id"]]
    made(organizer.put(list_path, json={"ticket_type_ids": types}), 200)
    assert scanned(organizer, festival, scan_of(festival))["verdict"] == "admitted"
    change(organizer, registration, ticket_type_id=other["id"])
    token = made(organizer.get(f"/registrations/{registration['id']}/ticket"), 200)["token"]
    verdict = scanned(organizer, festival, scan_of(festival, token=token))
    assert (verdict["verdict"], verdict["reason"]) == ("refused", "already_used")
    assert scanned(organizer, festival, scan_of(festival))["reason"] == "revoked"


def test_the_companion_of_a_registration_that_comes_back_is_another_one_than_entered_before(
    organizer: httpx.Client,
) -> None:
    festival = make_festival(organizer)
    group = make_type(organizer, festival.event, name="Group", companions_allowed=1)
    fields = {"ticket_type_id": group["id"], "companions": ["Ben"]}
    list_path = festival.path(f"check-in-lists/{festival.check_in_list['id']}")
    made(organizer.put(list_path, json={"ticket_type_ids": [group["id"]]}), 200)

    def enter(registration: Json, place: int) -> Json:
        path = f"/registrations/{registration['id']}/ticket"
        token = made(organizer.get(path, params={"place": place}), 200)["token"]
        return scanned(organizer, festival, scan_of(festival, token=token))

    registration = register(organizer, festival.event, **fields)
    assert enter(registration, 1)["verdict"] == "admitted"
    assert organizer.delete(f"/registrations/{registration['id']}").status_code in (200, 204)
    back = register(organizer, festival.event, **fields)
    assert (back["id"], names(back)) == (registration["id"], [(2, "Ben")])
    assert enter(back, 2)["verdict"] == "admitted"
    assert enter(back, 0)["verdict"] == "admitted"


def test_a_companion_of_somebody_who_is_blocked_is_blocked_too(
    organizer: httpx.Client, event: Json, group: Json
) -> None:
    registration = register(organizer, event)
    made(organizer.post(f"/registrations/{registration['id']}/block"), 200)
    changed = change(organizer, registration, companions=[{"full_name": "Ben"}])
    assert [each["ticket_status"] for each in changed["companions"]] == ["blocked"]


def test_the_slower_of_two_authors_sees_what_the_registration_is_now(
    organizer: httpx.Client, event: Json, group: Json
) -> None:
    path = f"/registrations/{register(organizer, event)['id']}"
    seen = {"If-Match": organizer.get(path).headers["ETag"]}
    made(organizer.put(path, json={"notes": "first"}, headers=seen), 200)
    clash = organizer.put(path, json={"notes": "second"}, headers=seen)
    present = refused(clash, 412, "version_clash")["present"]
    assert (present["notes"], present["version"], clash.headers["ETag"]) == ("first", 2, '"2"')


def test_a_ticket_is_mailed_again_in_the_language_of_its_guest(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, group: Json, sql: Rows
) -> None:
    registration = register(anonymous, event)
    change(organizer, registration, language="de")
    sql.execute("DELETE FROM jobs")
    made(organizer.post(f"/registrations/{registration['id']}/resend"), 200)
    jobs = sql.execute("SELECT data FROM jobs WHERE type = 'send-email'").fetchall()
    assert [(job["data"]["to"], job["data"]["language"]) for job in jobs] == [("ana@example.org", "de")]
    organizer.delete(f"/registrations/{registration['id']}")
    refused(organizer.post(f"/registrations/{registration['id']}/resend"), 409, "registration_cancelled")
