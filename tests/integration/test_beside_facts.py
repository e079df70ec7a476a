"""What comes beside a door's facts: reasons that only we can read, money that is booked once, and rehearsals."""

from base64 import b64encode

import httpx
import pytest

from eventreg_core import asides as sealed_to_us
from eventreg_core.facts import Annulment, Payment, PayMethod, Recorded
from eventreg_core.wire import Aside
from server import sealing
from server.checkins.asides import PURPOSE
from server.clock import new_id
from server.settings import Settings
from tests.integration.arrange import made, make_event, make_type, register, reread
from tests.integration.buying import buy_for, order_now, unbalanced, work_off
from tests.integration.conftest import Rows
from tests.integration.laptop import NOON, Festival, Laptop, make_festival, pushed, stored

WORDS = "Mara: her own sister, I saw the passport"


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=2)


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival)


def push_with(laptop: Laptop, *asides: Aside) -> None:
    pushed(laptop.push_texts([one.raw.decode() for one in laptop.facts], laptop.head(), asides=list(asides)))


def sealed(laptop: Laptop, text: bytes) -> Aside:
    secret = sealed_to_us.seal(bytes.fromhex(laptop.enrolled["server_key"]), text)
    return Aside(hash=sealed_to_us.hash_of(text), sealed=b64encode(secret).decode())


def pay_at(laptop: Laptop, serial: str, amount: int, **fields: object) -> Recorded:
    money = {"amount_minor": amount, "currency": "EUR", "method": PayMethod.CASH} | fields
    return laptop.append(Payment(**(laptop.stamp(NOON) | money), serial=serial))


def test_a_reason_comes_sealed_with_its_fact_and_is_kept_once_under_our_own_keys(
    laptop: Laptop, festival: Festival, settings: Settings, sql: Rows
) -> None:
    text = sealed_to_us.salted(WORDS, b"s" * 16)
    aside = sealed(laptop, text)
    laptop.check_in(
        festival.serial(), despite="already_used", supervisor="s-1", operator="o-2", aside=aside.hash, group=new_id()
    )
    stranger = sealed(laptop, sealed_to_us.salted("no fact names this", b"t" * 16))
    forged = Aside(hash=aside.hash, sealed=b64encode(b"not sealed to this server at all").decode())
    for _ in range(2):
        push_with(laptop, stranger, forged, aside)
    rows = sql.execute("SELECT hash, sealed, event_id FROM asides").fetchall()
    assert [(row["hash"].hex(), row["event_id"]) for row in rows] == [(aside.hash, festival.id)]
    assert sealing.unseal(settings.data_keys, rows[0]["sealed"], PURPOSE) == text
    [row] = stored(sql)
    assert (row["told"], row["reason"]) == ("admitted", "already_used")


def test_a_rehearsal_is_kept_and_is_news_to_nobody(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, sql: Rows
) -> None:
    laptop.check_in(festival.serial(), rehearsal=True)
    pay_at(laptop, festival.serial(), 500, rehearsal=True)
    laptop.push()
    assert [row["revision"] for row in stored(sql)] == [None, None]
    assert sql.execute("SELECT 1 FROM jobs WHERE type = 'book-payment-at-door'").fetchone() is None
    report = made(organizer.get(festival.path("report")), 200)
    assert (report["totals"]["admitted"], report["totals"]["inside"]) == (0, 0)
    laptop.append(Annulment(**laptop.stamp(NOON), target=laptop.facts[0].fact.id))
    laptop.check_in(festival.serial(1))
    laptop.push()
    assert made(organizer.get(festival.path("report")), 200)["totals"]["admitted"] == 1


def test_money_taken_at_the_door_pays_the_order_once_and_a_place_without_an_order_too(
    anonymous: httpx.Client, organizer: httpx.Client, settings: Settings, sql: Rows
) -> None:
    event = make_event(organizer, takes_money_at_door=True)
    paid_for = make_type(organizer, event, price_minor=1500, currency="EUR")
    order = buy_for(organizer, event, paid_for, "ana@example.org")
    lone = register(organizer, event, "cem@example.org", ticket_type_id=paid_for["id"])
    path = f"/events/{event['id']}"
    main = made(organizer.post(f"{path}/check-in-lists", json={"name": "Main"}))
    gate = made(organizer.post(f"{path}/gates", json={"name": "North", "list_id": main["id"]}))
    laptop = Laptop(anonymous, organizer, Festival(event, main, gate, [], []))
    of = "SELECT encode(serial, 'hex') AS serial FROM tickets JOIN registrations r ON r.id = registration_id WHERE "
    ordered = sql.execute(of + "r.order_id IS NOT NULL").fetchone()
    alone = sql.execute(of + "r.order_id IS NULL").fetchone()
    assert ordered is not None
    assert alone is not None
    taken = [pay_at(laptop, ordered["serial"], 1500).fact.id for _ in range(2)]
    pay_at(laptop, alone["serial"], 1500)
    pay_at(laptop, "00000000000000aa", 1500)
    for _ in range(2):
        laptop.push()
    work_off(settings, sql)
    assert order_now(organizer, order)["status"] == "paid"
    [kept] = sql.execute("SELECT id, amount_minor, method FROM payments").fetchall()
    assert (kept["amount_minor"], kept["method"]) == (1500, "cash")
    assert kept["id"] in taken, "whichever is booked first: they wait together"
    assert reread(organizer, lone)["payment_status"] == "PAID"
    assert unbalanced(settings) == []
