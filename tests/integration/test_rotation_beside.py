"""Keys rotate beside a working server: nobody who holds an event waits for ever, and no row is passed by."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from server import sealing
from server.registrations import phones
from server.rotation import rotate
from server.settings import Settings
from tests.integration.arrange import make_event, make_type, register
from tests.integration.conftest import Rows
from tests.integration.doing import until
from tests.integration.opened import with_database

NEW = bytes(range(32))


def test_keys_rotate_around_rows_that_somebody_holds_and_come_back_for_them(
    settings: Settings, organizer: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    ids = [register(organizer, event, f"g{n}@example.org", phone=f"030 {n}")["id"] for n in range(3)]
    keys, url = (NEW, *settings.data_keys), settings.database_url
    assert url is not None
    statement = "SELECT phone_sealed FROM registrations WHERE id = %s"

    def is_new(registration: str) -> bool:
        row = sql.execute(statement, [registration]).fetchone()
        return row is not None and sealing.opens(NEW, row["phone_sealed"], phones.PURPOSE)

    over = threading.Event()
    with ThreadPoolExecutor(1) as rotating:
        with sql.transaction():
            # Whoever holds the event changes its guests in an order of their own: the last one first.
            sql.execute("UPDATE registrations SET full_name = 'Zoe' WHERE id = %s", [ids[2]])
            count = rotating.submit(lambda: with_database(url, lambda database: rotate(database, keys)))
            count.add_done_callback(lambda _: over.set())
            until(lambda: is_new(ids[0]) and is_new(ids[1]))
            sql.execute("UPDATE registrations SET full_name = 'Ana' WHERE id = %s", [ids[0]])
            assert not over.is_set()
            assert not is_new(ids[2])
        assert count.result() >= 3
    assert all(is_new(each) for each in ids)
