"""Operators and their PINs: nobody reads one off the disk, and nobody tries them all."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from eventreg_desktop.door.operators import (
    BadPin,
    NoName,
    Operator,
    Wait,
    WrongPin,
    add,
    check,
    list_operators,
)
from eventreg_desktop.store.roster import Roster, open_roster
from eventreg_desktop.store.vault import Vault
from tests.sync.laptop import Hands, small

DEVICE = UUID(int=7)


@pytest.fixture
def vault() -> Vault:
    return Vault(None)


@pytest.fixture
def roster(tmp_path: Path, vault: Vault) -> Roster:
    return open_roster(small(tmp_path), vault, DEVICE)


def added(roster: Roster, name: str, pin: str, *, supervisor: bool = False) -> Operator:
    made = add(roster, name, pin, supervisor=supervisor)
    assert isinstance(made, Operator)
    return made


def test_the_first_is_a_supervisor_and_the_others_are_what_was_said(roster: Roster) -> None:
    mara, bo = added(roster, "Mara", "4711"), added(roster, "bo", "0815")
    assert list_operators(roster) == (bo, mara)
    assert (mara.supervisor, bo.supervisor) == (True, False)
    assert check(roster, bo.id, "0815", Hands()()) == bo
    assert check(roster, bo.id, "4711", Hands()()) == WrongPin()
    assert check(roster, "nobody", "4711", Hands()()) == WrongPin()


def test_an_operator_needs_a_name_of_their_own_and_a_pin_that_is_none_of_the_first_guesses(roster: Roster) -> None:
    added(roster, "Mara", "4711")
    assert [add(roster, name, "1234", supervisor=False) for name in ("", "  ", "MARA")] == [NoName()] * 3
    bad = ("123", "1" * 6, "12a4", "1" * 13, "١٢٣٤")
    assert [add(roster, "Bo", pin, supervisor=False) for pin in bad] == [BadPin()] * len(bad)


def test_neither_names_nor_pins_nor_tries_are_readable_on_the_disk(
    roster: Roster, vault: Vault, tmp_path: Path
) -> None:
    added(roster, "Mara Lindqvist", "471147")
    written = roster.path.read_bytes()
    assert b"Mara" not in written
    assert b"471147" not in written
    assert roster.key not in written
    assert list_operators(replace(roster, key=bytes(32))) == (), "another key opens nothing"
    roster.path.write_bytes(written[:-1] + bytes([written[-1] ^ 1]))
    assert list_operators(open_roster(small(tmp_path), vault, DEVICE)) == ()


def test_wrong_pins_cost_more_and_more_time_and_a_restart_saves_none(
    roster: Roster, vault: Vault, tmp_path: Path
) -> None:
    mara, clock = added(roster, "Mara", "4711"), Hands()
    assert [check(roster, mara.id, "0000", clock()) for _ in range(4)] == [WrongPin()] * 3 + [Wait(5)]
    again = open_roster(small(tmp_path), vault, DEVICE)
    assert check(again, mara.id, "4711", clock()) == Wait(5), "also the right one waits"
    clock.wait(5)
    assert check(again, mara.id, "0001", clock()) == WrongPin()
    assert check(again, mara.id, "0002", clock()) == Wait(10)
    clock.boot, clock.mono_ns = "boot-2", 4_000_000_000
    assert check(again, mara.id, "0002", clock()) == Wait(6), "a restart of the computer begins to wait anew"
    clock.wait(6)
    assert check(again, mara.id, "4711", clock()) == mara
    assert check(again, mara.id, "0003", clock()) == WrongPin(), "a right one clears the slate"


def test_no_wait_is_longer_than_five_minutes(roster: Roster) -> None:
    mara, clock = added(roster, "Mara", "4711"), Hands()
    for _ in range(14):
        check(roster, mara.id, "0000", clock())
        clock.wait(300)
    check(roster, mara.id, "0000", clock())
    assert check(roster, mara.id, "4711", clock()) == Wait(300)
