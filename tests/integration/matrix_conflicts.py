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


def _stored(asking: Asking) -> UUID:
    conflict = new_id()
    asking.world.sql.execute(
        "INSERT INTO conflicts (id, event_id, list_id, serial, class, fact_ids, proposed)"
        " VALUES (%s, %s, %s, uuid_send(%s), 'double_entry', ARRAY[CAST(%s AS uuid)], 'Accept it.')",
        [conflict, asking.side.id, asking.side.festival.check_in_list["id"], conflict, FACT],
    )
    return conflict


CONFLICT_REQUESTS: dict[str, Callable[[Asking], Sent]] = {
    f"POST {API}/conflicts/{{conflict_id}}/settle": lambda asking: Sent(
        json={"outcome": "accepted", "fact_ids": [FACT]}
    ),
    f"POST {API}/events/{{event_id}}/conflicts/settle": lambda asking: Sent(json={"class": "double_entry"}),
    f"POST {API}/events/{{event_id}}/conflicts/reopen": lambda asking: Sent(json={"ids": [str(a_conflict(asking))]}),
}
