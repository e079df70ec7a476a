"""A laptop is stolen and revoked: what it brings from then on is kept and proves itself, and nothing of it counts."""

from datetime import timedelta

import httpx

from eventreg_core.journal_proof import Complete, prove
from tests.integration.arrange import made
from tests.integration.carrying import file_of
from tests.integration.conftest import Rows
from tests.integration.laptop import NOON, Laptop, cursor_after, make_festival, states

FORGED = 5_000


def test_five_thousand_back_dated_admissions_of_a_stolen_laptop_are_held_and_no_door_hears_of_them(
    anonymous: httpx.Client, organizer: httpx.Client, sql: Rows
) -> None:
    festival = make_festival(organizer)
    stolen = Laptop(anonymous, organizer, festival, "Stolen")
    honest = Laptop(anonymous, organizer, festival, "North")
    cursor = cursor_after(honest.pull_all()[-1])
    stolen.check_in(festival.serial())
    assert states(stolen.push()) == ["recorded"]
    made(organizer.post(f"/devices/{stolen.id}/revoke"), 200)
    for number in range(FORGED):
        stolen.check_in(f"{number:016x}", NOON - timedelta(hours=1, seconds=number))
    for begun in range(1, FORGED, 1000):
        assert set(states(stolen.push(stolen.facts[begun : begun + 1000]))) == {"held"}

    kept = sql.execute("SELECT held, count(*) AS n FROM facts GROUP BY held ORDER BY held").fetchall()
    assert kept == [{"held": False, "n": 1}, {"held": True, "n": FORGED}]
    [told] = honest.pull_all(cursor)
    assert [row.serial for row in told.page.facts] == [festival.serial()]
    # and yet its journal is whole, and vouched for
    proof = prove(file_of(stolen).chains[0], bytes.fromhex(stolen.public_key))
    assert (proof.verdict, proof.signed_to) == (Complete(), FORGED + 1)
