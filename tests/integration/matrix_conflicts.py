"""What the matrix of access asks of conflicts."""

from collections.abc import Callable
from uuid import UUID

from server.clock import new_id
from tests.integration.matrix_asking import Asking, Sent
from tests.integration.served import API

FACT = str(new_id())
"""The only fact of every conflict here; nobody ever told it."""


def a_conflict(asking: Asking) -> UUID:
    """An open conflict at the side's event, as new."""
    return asking.one("conflict", lambda: _stored(asking))


def _stored(asking: Asking, settled: bool = False) -> UUID:
    conflict = new_id()
    asking.world.sql.execute(
        "INSERT INTO conflicts (id, event_id, list_id, serial, class, fact_ids, proposed, settled_at)"
        " VALUES (%s, %s, %s, uuid_send(%s), 'double_entry', ARRAY[CAST(%s AS uuid)], 'Accept it.',"
        " CASE WHEN %s THEN now() END)",
        [conflict, asking.side.id, asking.side.festival.check_in_list["id"], conflict, FACT, settled],
    )
    return conflict


def _settling_all(asking: Asking) -> Sent:
    a_conflict(asking)
    return Sent(json={"class": "double_entry"})


def _reopening(asking: Asking) -> Sent:
    settled = asking.one("settled conflict", lambda: _stored(asking, settled=True))
    return Sent(json={"ids": [str(settled)]})


CONFLICT_REQUESTS: dict[str, Callable[[Asking], Sent]] = {
    f"POST {API}/conflicts/{{conflict_id}}/settle": lambda asking: Sent(
        json={"outcome": "accepted", "fact_ids": [FACT]}
    ),
    f"POST {API}/events/{{event_id}}/conflicts/settle": _settling_all,
    f"POST {API}/events/{{event_id}}/conflicts/reopen": _reopening,
}
