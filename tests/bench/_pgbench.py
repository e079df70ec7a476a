"""The same scans without a server: pgbench (of the embedded PostgreSQL) sends the statements, one scan after another.

Once with the very statements of the server's door, one transaction a scan; once with a single statement that judges in
SQL, locks no event and writes no feed: less than what a scan needs, and the most that the database could do.
"""

import os
import re
import subprocess
from base64 import b64encode
from pathlib import Path

from sqlalchemy import TextClause

from eventreg_core import facts
from eventreg_core.facts import CheckIn
from server.checkins import known, ledger
from server.checkins.telling import server_stamp
from server.clock import new_id, utc_now
from server.postgres_programs import find_programs
from server.sync import feed
from tests.bench._stage import FIRST_SERIAL, Stage

SERIAL = f"int8send({FIRST_SERIAL} + :n)"
FACT = "CAST(md5(CAST(:n AS text)) AS uuid)"
"""A new id each time; of a function that is volatile PostgreSQL would look for no index."""
EVENT = "CAST(:event AS uuid)"
NEXT = "\\set i :i + 1\n\\set n :first + :client_id + :clients * :i\n"


def one_by_one(place: Stage, first: int, clients: int, seconds: int) -> tuple[float, float]:
    """Scans a second with the same SQL and with one statement; guests from `first` on, each scanned once."""
    same = _run(place, "same", _same(place), first, clients, seconds)
    return same, _run(place, "statement", _statement(place), first + seconds * 10_000, clients, seconds)


def _run(place: Stage, name: str, script: str, first: int, clients: int, seconds: int) -> float:
    path = Path(place.settings.data, f"{name}.sql")
    path.write_text(NEXT + script, "utf-8")
    event, user = place.festival.event["id"], place.organizer
    told = {"i": 0, "first": first, "clients": clients, "event": event, "users": f"{{{user}}}"}
    line = [find_programs().path("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds)]
    line += [word for key, value in told.items() for word in ("-D", f"{key}={value}")]
    # As the server's own connections.
    environ = os.environ | {"PGOPTIONS": "-c plan_cache_mode=force_custom_plan"}
    done = subprocess.run([*line, "-f", path, place.url], env=environ, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found is not None, done.stderr
    assert "number of failed transactions: 0 " in done.stdout, done.stdout
    return round(float(found[1]), 1)


def _same(place: Stage) -> str:
    lock = _said(feed._LOCK).replace("CAST(:events AS uuid[])", f"ARRAY[{EVENT}]")
    told = [known._KNOWN, feed._PUBLISH, ledger._INSERT]
    return "\n".join(["BEGIN;", f"{lock} \\gset", *(f"{_filled(place, each)};" for each in told), "COMMIT;", ""])


def _filled(place: Stage, statement: TextClause) -> str:
    """A statement with the values of one scan in place of its arrays."""
    ids = f"ARRAY[CAST({FACT} AS text)]" if statement is feed._PUBLISH else f"ARRAY[{FACT}]"
    values = {
        "CAST(:serials AS bytea[])": f"ARRAY[{SERIAL}]",
        "CAST(:facts AS uuid[])": ids,
        "CAST(:ids AS text[])": ids,
        "CAST(:checks AS bytea[])": "ARRAY[int8send(:n)]",
        "CAST(:facts AS json)": _fact(place, "'revision', :revision + 1"),
        ":count": "1",
        ":entity": "'fact'",
        ":now": "now()",
        ":event": EVENT,
    }
    said = _said(statement)
    for value, filled in values.items():
        said = said.replace(value, filled)
    return said


def _fact(place: Stage, more: str) -> str:
    """The JSON of one admitted scan, as the server would send it."""
    listed, gate = place.festival.check_in_list["id"], place.festival.gate["id"]
    author = f"user:{place.organizer}"
    raw = _raw(place)
    return (
        f"json_build_array(json_build_object('id', {FACT}, 'raw', '{raw}', 'kind', 'check_in',"
        f" 'hash', encode(sha256({SERIAL}), 'base64'), 'serial', encode({SERIAL}, 'base64'), 'list_id', '{listed}',"
        f" 'gate_id', '{gate}', 'told', 'admitted', 'at', now(), 'attested', 'server', 'author', '{author}',"
        f" 'held', false, 'request_hash', encode(sha256({SERIAL}), 'base64'), 'answer', '{raw}', {more}))"
    )


def _raw(place: Stage) -> str:
    stamp = server_stamp(new_id(), place.festival.id, new_id(), utc_now(), f"user:{place.organizer}")
    # In Base64 also because pgbench takes every colon for a variable.
    return b64encode(facts.record(CheckIn(**stamp, serial="00" * 8)).raw).decode()


def _statement(place: Stage) -> str:
    listed = place.festival.check_in_list["id"]
    return (
        "INSERT INTO facts (event_id, id, hash, raw, kind, list_id, serial, told, reason, at, attested, revision)"
        f" SELECT {EVENT}, {FACT}, sha256({SERIAL}), decode('{_raw(place)}', 'base64'), verdict.kind,"
        f" '{listed}', {SERIAL}, verdict.told, verdict.reason, now(), 'server', 1"
        " FROM tickets ticket JOIN ticket_types type ON type.id = ticket.ticket_type_id"
        " JOIN registrations registration ON registration.id = ticket.registration_id"
        " CROSS JOIN LATERAL (SELECT CASE"
        " WHEN ticket.status <> 'valid' THEN ARRAY['refused_scan', 'refused', ticket.status]"
        " WHEN registration.payment_status NOT IN ('PAID', 'FREE') THEN ARRAY['refused_scan', 'refused', 'unpaid']"
        " WHEN EXISTS (SELECT FROM facts WHERE serial = ticket.serial AND revision IS NOT NULL)"
        " THEN ARRAY['refused_scan', 'refused', 'already_used']"
        " ELSE ARRAY['check_in', 'admitted', NULL] END AS told) AS judged"
        " CROSS JOIN LATERAL (SELECT told[1] AS kind, told[2] AS told, told[3] AS reason) AS verdict"
        f" WHERE ticket.serial = {SERIAL} AND ticket.event_id = {EVENT};\n"
    )


def _said(statement: TextClause) -> str:
    return " ".join(statement.text.split())
