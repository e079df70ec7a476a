"""Every route × every kind of caller × own and foreign event, against the table in docs/security.md."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.app import create_app, list_routes
from server.auth.passwords import hash_now
from server.callers import table
from server.settings import Settings, read_settings
from tests.integration.conftest import PASSWORD, Postgres
from tests.integration.matrix import YES, Cell, Row, read_rows, template
from tests.integration.matrix_asking import Asking, Sent
from tests.integration.matrix_requests import REQUESTS, request_of
from tests.integration.matrix_world import OPERATORS_TOKEN, World, inhabited
from tests.integration.served import Served

ROWS = read_rows()
EVERYWHERE_A_STRANGER = ("visitor", "account", "revoked", "operator")
"""Kinds of caller to whom one event is as good as the other: unless the table tells them apart, one is asked about."""


@pytest.fixture(scope="module")
def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    owner_url = postgres.fresh()
    environ = {
        "DATABASE_URL": postgres.serving(owner_url),
        "EVENTREG_DATA": str(tmp_path_factory.mktemp("matrix") / "server"),
        "METRICS_TOKEN": OPERATORS_TOKEN,
    }
    server = Served(read_settings(environ))
    server.start()
    try:
        with inhabited(server, owner_url, hash_now(PASSWORD)) as made:
            yield made
    finally:
        server.stop()
        postgres.drop(owner_url)


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    declared = {f"{one.method} {one.path}": one.callers for one in list_routes()}
    told = {row.route for row in ROWS}

    missing = "\n".join(template(route, declared[route]) for route in sorted(declared.keys() - told))
    assert not missing, f"Add to the table “Who may do what” of docs/security.md:\n{missing}"
    assert told - declared.keys() == set(), "docs/security.md, “Who may do what”: rows without a route"
    names = [row.name for row in ROWS]
    assert [name for name in names if names.count(name) > 1] == []
    assert REQUESTS.keys() - set(names) == set(), "tests/integration/matrix_requests.py: requests without a row"


def test_the_list_of_routes_names_the_least_who_may_as_the_table_does() -> None:
    told: dict[str, set[str]] = {}
    for row in ROWS:
        told.setdefault(row.route, set()).update(row.callers())

    assert {f"{one.method} {one.path}": set(one.callers) for one in list_routes()} == told


def test_the_printed_list_and_the_openapi_document_name_the_same_callers(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, secret_key=b"s" * 32, data_keys=(b"k" * 32,))
    document = create_app(settings).openapi()
    described = {
        (method.upper(), path): set(operation["x-callers"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }

    assert described == {(row["method"], row["path"]): set(row["callers"]) for row in table(list_routes())}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_who_may_do_what(world: World, row: Row) -> None:
    different = [
        wrong
        for kind, cell in row.cells.items()
        for whose in _sides(row, kind, cell)
        if (wrong := _compared(world, row, kind, whose)) is not None
    ]

    assert not different, f"{row.name}: the table of docs/security.md says otherwise\n" + "\n".join(different)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/events/{own}/ticket-types/{type}", {"name": "Stolen"}),
        ("PUT", "/events/{own}/check-in-lists/{list}", {"name": "Stolen"}),
        ("DELETE", "/events/{own}/gates/{gate}", None),
        ("POST", "/events/{own}/gates", {"name": "Stolen", "list_id": "{list}"}),
    ],
)
def test_a_thing_of_another_event_is_not_found_below_an_event_of_ones_own(
    world: World, method: str, path: str, body: dict[str, str] | None
) -> None:
    own, foreign = world.sides["B"], world.sides["A"]
    names = {
        "own": own.id,
        "type": foreign.type["id"],
        "list": foreign.festival.check_in_list["id"],
        "gate": foreign.festival.gate["id"],
    }
    sent = {key: value.format(**names) for key, value in body.items()} if body is not None else None

    answer = world.send("maker", world.client.build_request(method, path.format(**names), json=sent))

    assert answer.status_code == 404, answer.text


def _sides(row: Row, kind: str, cell: Cell) -> tuple[str, ...]:
    names_an_event = re.search(r"{(?!user|session|job|key)", row.path) and kind not in EVERYWHERE_A_STRANGER
    return ("own", "foreign") if names_an_event or cell.own != cell.foreign else ("own",)


def _compared(world: World, row: Row, kind: str, whose: str) -> str | None:
    """What is wrong about one cell."""
    expected = getattr(row.cells[kind], whose)
    asking = Asking(world, kind, whose, changes=expected == YES and row.method != "GET")
    sent = REQUESTS[row.name](asking) if row.name in REQUESTS else Sent()
    answer = world.send(kind, request_of(row, asking, sent))
    assert "set-cookie" not in answer.headers, f"{row.name}: with a cookie it would need a protection against CSRF"
    good = answer.status_code in sent.done if expected == YES else str(answer.status_code) == expected
    if good:
        return None
    hint = "" if row.name in REQUESTS else " (does it need an entry in tests/integration/matrix_requests.py?)"
    return f"  {kind}, {whose}: {expected} expected, answered {answer.status_code} {answer.text[:200]}{hint}"
