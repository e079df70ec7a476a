"""Good requests for the rows of the matrix of access that are about imports."""

from collections.abc import Callable

from tests.integration.arrange import made
from tests.integration.matrix_asking import Asking, Sent, fresh_email
from tests.integration.served import API


def _brought(asking: Asking) -> str:
    """A file that was brought and not started yet: the next one that its owner brings replaces it."""
    path = asking.side.festival.path("registrations/import")
    report = made(asking.side.organizer.post(path, content=f"Name,E-mail\nBo,{fresh_email()}"))
    return str(report["import"]["id"])


def _ready(asking: Asking) -> Sent:
    return Sent(path={"import_id": _brought(asking)}, json={})


def stopped(asking: Asking) -> str:
    """An import that was started and stopped."""
    path = asking.side.festival.path(f"imports/{(import_id := _brought(asking))}")
    made(asking.side.organizer.post(f"{path}/start", json={}), 202)
    made(asking.side.organizer.post(f"{path}/stop"), 200)
    return import_id


def _bare(asking: Asking) -> Sent:
    return Sent(path={"import_id": _brought(asking)})


IMPORT_REQUESTS: dict[str, Callable[[Asking], Sent]] = {
    f"POST {API}/events/{{event_id}}/registrations/import": lambda asking: Sent(content=b"Name,E-mail\nBo,bo@b.de"),
    f"POST {API}/events/{{event_id}}/imports/{{import_id}}/check": _ready,
    f"POST {API}/events/{{event_id}}/imports/{{import_id}}/start": _ready,
    f"POST {API}/events/{{event_id}}/imports/{{import_id}}/stop": _bare,
}
"""What each row's request holds beyond its path, by the row's name."""
