"""A laptop's journals as a file: a line of JSON for each fact, which holds its exact bytes; format in docs/journal.md.

Whoever can read text can read it: no key, no database and no program of ours is needed. What it proves is for
`journal_proof` to say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from eventreg_core.facts import FIRST_PREV, HexHash
from eventreg_core.problems import Problem
from eventreg_core.wire import Aside, Certificate, Head, HexKey, HexSignature

FORMAT = "eventreg-journal"
VERSION = 1
LARGEST = 256 * 1024 * 1024
"""Bytes that a file may have: about 300,000 facts."""

START = Head(0, FIRST_PREV)
"""Where a whole journal begins."""


class BadJournalFile(Problem):
    """These bytes are not a journal's file, or one that a newer program wrote."""

    def __init__(self, sentence: str) -> None:
        super().__init__("bad_journal_file", sentence)


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who vouches for a device: a certificate as exact JSON text, and the server's signature over it."""

    certificate: str
    signature: str

    def read(self) -> Certificate:
        """What the certificate says, whoever signed it; raises BadJournalFile."""
        try:
            return msgspec.json.decode(self.certificate, type=Certificate)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise BadJournalFile("The laptop's certificate in this file is damaged.") from error


@dataclass(frozen=True, slots=True)
class SignedHead:
    """Where a chain stood, and the device's signature over it (`facts.head_message`); None where nobody signed."""

    head: Head
    signature: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """One journal, or a fragment that goes on `after` a head: bytes of its facts in order, and heads in order.

    `asides` are the sealed texts beside its facts.
    """

    id: UUID
    server: UUID
    continues: UUID | None
    facts: tuple[bytes, ...]
    heads: tuple[SignedHead, ...]
    after: Head = START
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalFile:
    """What a file holds. `whole` is False where its end is missing: what came before the cut is here."""

    made_at: datetime
    voucher: Voucher | None
    server_key: str | None
    chains: tuple[Chain, ...]
    whole: bool = True


class _File(msgspec.Struct, frozen=True, kw_only=True, tag="file", tag_field="is"):
    format: str
    version: int
    made_at: Annotated[datetime, msgspec.Meta(tz=True)]
    certificate: str | None = None
    certificate_signature: HexSignature | None = None
    server_key: HexKey | None = None


class _Journal(msgspec.Struct, frozen=True, kw_only=True, tag="journal", tag_field="is"):
    id: UUID
    server: UUID
    continues: UUID | None = None
    after: Head = START


class _Fact(msgspec.Struct, frozen=True, tag="fact", tag_field="is"):
    text: str


class _Spoilt(msgspec.Struct, frozen=True, tag="spoilt", tag_field="is"):
    """A fact whose bytes are no text any more, in Base64."""

    bytes: bytes


class _Aside(Aside, frozen=True, kw_only=True, tag="aside", tag_field="is"):
    """Free text beside a fact, as it is pushed."""


class _Head(msgspec.Struct, frozen=True, kw_only=True, tag="head", tag_field="is"):
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**62)]
    hash: HexHash
    signature: HexSignature | None = None


class _End(msgspec.Struct, frozen=True, tag="end", tag_field="is"):
    journals: int
    facts: int


_Line = _File | _Journal | _Fact | _Spoilt | _Aside | _Head | _End
_READ = msgspec.json.Decoder(_Line)
_WRITE = msgspec.json.Encoder()


def lines_of(file: JournalFile) -> Iterator[bytes]:
    """Write a file, line by line, each with its line feed."""
    voucher = file.voucher
    yield _written(
        _File(
            format=FORMAT,
            version=VERSION,
            made_at=file.made_at,
            certificate=None if voucher is None else voucher.certificate,
            certificate_signature=None if voucher is None else voucher.signature,
            server_key=file.server_key,
        )
    )
    for chain in file.chains:
        yield _written(_Journal(id=chain.id, server=chain.server, continues=chain.continues, after=chain.after))
        yield from (_written(_fact(raw)) for raw in chain.facts)
        yield from (_written(_Aside(hash=aside.hash, sealed=aside.sealed)) for aside in chain.asides)
        for signed in chain.heads:
            yield _written(_Head(seq=signed.head.seq, hash=signed.head.hash, signature=signed.signature))
    if file.whole:
        yield _written(_End(len(file.chains), sum(len(chain.facts) for chain in file.chains)))


def read(data: bytes) -> JournalFile:
    """Read a file; raises BadJournalFile, and nothing else, whatever the bytes are."""
    if len(data) > LARGEST:
        raise BadJournalFile(f"This file is larger than {LARGEST // 1024 // 1024} MB. Bring its journals one by one.")
    lines, cut = _lines(data)
    if not lines or not isinstance(lines[0], _File) or lines[0].format != FORMAT:
        raise BadJournalFile("This is not a journal's file. Make one on the laptop with: eventreg journal export FILE")
    first = lines[0]
    if first.version > VERSION:
        raise BadJournalFile("A newer version of EventReg wrote this file. Read it with that version.")
    ended = isinstance(lines[-1], _End)
    chains = tuple(_chains(lines[1:-1] if ended else lines[1:]))
    counts = _End(len(chains), sum(len(chain.facts) for chain in chains))
    return JournalFile(
        made_at=first.made_at,
        voucher=_voucher(first),
        server_key=first.server_key,
        chains=chains,
        whole=not cut and lines[-1] == counts,
    )


def _voucher(first: _File) -> Voucher | None:
    if first.certificate is None or first.certificate_signature is None:
        return None
    return Voucher(first.certificate, first.certificate_signature)


def _lines(data: bytes) -> tuple[list[_Line], bool]:
    """The lines, and whether the last one was cut off: then it is left out."""
    *texts, rest = data.split(b"\n")
    lines: list[_Line] = []
    for number, text in enumerate(texts, start=1):
        try:
            lines.append(_READ.decode(text))
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise BadJournalFile(f"Line {number} of this file is damaged, or it is no journal's file.") from error
    return lines, bool(rest)


def _chains(lines: Iterable[_Line]) -> Iterator[Chain]:
    begun: _Journal | None = None
    below: list[_Line] = []
    for line in lines:
        if isinstance(line, _Journal):
            if begun is not None:
                yield _chain(begun, below)
            begun, below = line, []
        elif begun is None or isinstance(line, _File | _End):
            raise BadJournalFile("The lines of this file are not in the order in which they were written.")
        else:
            below.append(line)
    if begun is not None:
        yield _chain(begun, below)


def _chain(begun: _Journal, below: list[_Line]) -> Chain:
    return Chain(
        id=begun.id,
        server=begun.server,
        continues=begun.continues,
        facts=tuple(_raw(line) for line in below if isinstance(line, _Fact | _Spoilt)),
        heads=tuple(SignedHead(Head(at.seq, at.hash), at.signature) for at in below if isinstance(at, _Head)),
        after=begun.after,
        asides=tuple(Aside(hash=line.hash, sealed=line.sealed) for line in below if isinstance(line, _Aside)),
    )


def _raw(line: _Fact | _Spoilt) -> bytes:
    return line.text.encode() if isinstance(line, _Fact) else line.bytes


def _fact(raw: bytes) -> _Fact | _Spoilt:
    try:
        return _Fact(raw.decode())
    except UnicodeDecodeError:
        return _Spoilt(raw)


def _written(line: _Line) -> bytes:
    return _WRITE.encode(line) + b"\n"
