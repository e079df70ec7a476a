"""What tests of events set up through the API, as an organizer would."""

from typing import Any

import httpx

Json = dict[str, Any]


def made(answer: httpx.Response, status: int = 201) -> Json:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    return body


def refused(answer: httpx.Response, status: int, code: str) -> Json:
    """The body of an answer that must be this problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: Json = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), answer.text
    assert body["detail"]
    return body


def make_event(client: httpx.Client, **fields: Any) -> Json:
    """An active event in Berlin that no run of the tests will see; fields override."""
    body = {
        "name": "Lindenhof Festival",
        "date": "2099-11-28T16:00:00Z",
        "venue": "Lindenhof",
        "zone": "Europe/Berlin",
    }
    return made(client.post("/events", json=body | fields))


def make_type(client: httpx.Client, event: Json, **fields: Any) -> Json:
    """A free ticket type of the event; fields override."""
    return made(client.post(f"/events/{event['id']}/ticket-types", json={"name": "Day pass"} | fields))


def register(client: httpx.Client, event: Json, email: str = "ana@example.org", **fields: Any) -> Json:
    """A registration for the event."""
    body = {"user_email": email, "full_name": "Ana Müller"} | fields
    return made(client.post(f"/events/{event['id']}/registrations", json=body))


def reread(client: httpx.Client, registration: Json) -> Json:
    """The registration as it is now."""
    return made(client.get(f"/registrations/{registration['id']}"), 200)
