"""Good requests for the rows of the matrix of access that are about devices."""

from collections.abc import Callable

from tests.integration.arrange import made
from tests.integration.matrix_asking import Asking, Sent
from tests.integration.served import API


def _revoking(asking: Asking) -> Sent:
    return Sent(path={"device_id": asking.one("devices", lambda: _invited(asking))})


def _invited(asking: Asking) -> str:
    return str(made(asking.side.organizer.post(asking.side.festival.path("devices"), json={}))["id"])


def _accepting(asking: Asking) -> Sent:
    return Sent(path={"device_id": asking.one("held device", lambda: _held(asking))})


def _held(asking: Asking) -> str:
    device_id = _invited(asking)
    made(asking.side.organizer.post(f"/devices/{device_id}/hold"), 200)
    return device_id


def _giving(asking: Asking) -> Sent:
    device_id = asking.one("device without blanks", lambda: _invited(asking))
    return Sent(path={"device_id": device_id}, json={"ticket_type_id": asking.side.type["id"], "count": 1})


def _taking_back(asking: Asking) -> Sent:
    return Sent(path={"device_id": asking.one("device with a blank", lambda: _supplied(asking))})


def _supplied(asking: Asking) -> str:
    device_id = _invited(asking)
    given = {"ticket_type_id": asking.side.type["id"], "count": 1}
    made(asking.side.organizer.post(asking.side.festival.path(f"devices/{device_id}/blanks"), json=given))
    return device_id


def _lending(asking: Asking) -> Sent:
    # It takes an organizer of both events: for all but an admin, whose event it is already.
    home = asking.side.draft["id"] if asking.kind == "admin" else asking.side.id
    return Sent(path={"device_id": made(asking.side.organizer.post(f"/events/{home}/devices", json={}))["id"]})


def _calling_back(asking: Asking) -> Sent:
    return Sent(path={"device_id": asking.one("lent device", lambda: _lent(asking))})


def _lent(asking: Asking) -> str:
    """A device of the side's other event that works for this one too."""
    organizer = asking.side.organizer
    device_id = str(made(organizer.post(f"/events/{asking.side.draft['id']}/devices", json={}))["id"])
    made(organizer.put(asking.side.festival.path(f"devices/{device_id}")), 200)
    return device_id


def _enrol(asking: Asking) -> Sent:
    code = made(asking.side.organizer.post(asking.side.festival.path("devices"), json={}))["enrol_code"]
    return Sent(json={"code": code, "public_key": asking.side.device.public_key, "name": "Spare"})


DEVICE_REQUESTS: dict[str, Callable[[Asking], Sent]] = {
    f"POST {API}/devices/{{device_id}}/revoke": _revoking,
    f"PUT {API}/events/{{event_id}}/devices/{{device_id}}": _lending,
    f"DELETE {API}/events/{{event_id}}/devices/{{device_id}}": _calling_back,
    f"POST {API}/devices/{{device_id}}/hold": _revoking,
    f"POST {API}/devices/{{device_id}}/accept": _accepting,
    f"POST {API}/devices/enrol": _enrol,
    f"POST {API}/events/{{event_id}}/devices/{{device_id}}/blanks": _giving,
    f"DELETE {API}/events/{{event_id}}/devices/{{device_id}}/blanks": _taking_back,
}
"""What each of their requests holds beyond its path, by the row's name."""
