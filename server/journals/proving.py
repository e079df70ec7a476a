"""`eventreg-server verify-journal`: what a file proves, without a database."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from eventreg_core import journal_file
from eventreg_core.journal_file import BadJournalFile, Chain, JournalFile
from eventreg_core.journal_proof import Changed, Complete, Proof, is_certified, prove
from eventreg_core.problems import Problem

Vouched = Literal["server", "named", "nobody", "forged"]
"""Who vouches for the laptop: the server whose key was told; the server that the file itself names; nobody; or the
signature is false."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one journal of a file proves, in words."""

    journal: str
    server: str
    verdict: str
    why: str
    facts: int
    signed_to: int


def key_of(file: JournalFile, server_key: bytes | None) -> tuple[bytes | None, Vouched]:
    """The public key (32 bytes) of the laptop that wrote a file, and who vouches for it.

    `server_key` is the true server's, where it is known. Raises BadJournalFile for a damaged certificate.
    """
    if file.voucher is None:
        return None, "nobody"
    named = server_key or (bytes.fromhex(file.server_key) if file.server_key is not None else None)
    key = bytes.fromhex(file.voucher.read().public_key)
    if named is None:
        return key, "nobody"
    if not is_certified(named, file.voucher):
        return None, "forged"
    return key, "server" if server_key is not None else "named"


def prove_all(file: JournalFile, key: bytes | None) -> list[tuple[Chain, Proof]]:
    """The proof of each journal; where the file was cut off, the last one has a gap."""
    last = len(file.chains) - 1
    return [(chain, prove(chain, key, file.whole or place != last)) for place, chain in enumerate(file.chains)]


def verify_file(path: Path, server_key: str | None, *, as_json: bool) -> bool:
    """Print what each journal of a file proves; True where every one of them is complete.

    Raises BadJournalFile for what is no journal's file.
    """
    file = _read(path)
    key, vouched = key_of(file, None if server_key is None else _key(server_key))
    found = [_found(chain, proof) for chain, proof in prove_all(file, key)]
    well = vouched != "forged" and file.whole and all(one.verdict == "complete" for one in found)
    if as_json:
        print(json.dumps({"ok": well, "vouched": vouched, "journals": [asdict(one) for one in found]}, indent=2))
    else:
        for one in found:
            print(f"{one.journal}: {one.verdict}. {one.facts} facts, signed up to {one.signed_to}. {one.why}".rstrip())
        print(_WORDS[vouched])
    return well


_WORDS: dict[Vouched, str] = {
    "server": "The laptop's certificate is this server's.",
    "named": "The laptop's certificate fits the server key in the file; name the true one with --server-key.",
    "nobody": "Nobody vouches for the laptop that wrote this file.",
    "forged": "The laptop's certificate is not signed by the server: do not believe this file's signatures.",
}


def _found(chain: Chain, proof: Proof) -> Found:
    why = proof.verdict.why if isinstance(proof.verdict, Changed) else ""
    if isinstance(proof.verdict, Complete) and proof.signed_to < proof.last.seq:
        why = "Nobody signed the end of it."
    return Found(str(chain.id), str(chain.server), str(proof.verdict), why, proof.facts, proof.signed_to)


def _read(path: Path) -> JournalFile:
    try:
        return journal_file.read(path.read_bytes())
    except OSError as error:
        raise Problem("cannot_read", f"The file {path} cannot be read. Check its name.") from error


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise BadJournalFile("A server's key has 64 digits and letters: server_key in a laptop's device.json.")
    return key
