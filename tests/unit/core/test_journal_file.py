"""A journal's file: what is written is read, anything else is refused by name, and the proof names what is wrong."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from eventreg_core import facts, journal_file
from eventreg_core.facts import CheckIn, Recorded, head_message
from eventreg_core.journal_file import START, BadJournalFile, Chain, JournalFile, SignedHead, Voucher, lines_of
from eventreg_core.journal_proof import Changed, Complete, Fork, Gap, Verdict, is_certified, prove, reaching
from eventreg_core.wire import Aside, Certificate, Head

JOURNAL, SERVER, EVENT = UUID(int=1), UUID(int=9), UUID(int=2)
NOON = datetime(2026, 7, 4, 12, tzinfo=UTC)
LAPTOP = Ed25519PrivateKey.from_private_bytes(b"laptop".ljust(32))
KEY = LAPTOP.public_key().public_bytes_raw()
OFFICE = Ed25519PrivateKey.from_private_bytes(b"office".ljust(32))


def chained(count: int, last: Head = START, first_id: int = 1, journal: UUID = JOURNAL) -> list[Recorded]:
    """So many check-ins that go on from `last`."""
    made: list[Recorded] = []
    for number in range(count):
        fact = CheckIn(
            id=UUID(int=first_id + number),
            event=EVENT,
            list=UUID(int=3),
            wall=NOON,
            boot="b",
            mono_ns=number,
            rule=1,
            serial="00" * 8,
            journal=journal,
            seq=last.seq + 1,
            prev=last.hash,
        )
        made.append(facts.record(fact))
        last = Head(last.seq + 1, made[-1].hash)
    return made


def head_of(recorded: Recorded, key: Ed25519PrivateKey | None = LAPTOP) -> SignedHead:
    """The head that ends with this fact, signed by the laptop, by another, or by nobody."""
    head = Head(recorded.fact.seq or 0, recorded.hash)
    return SignedHead(head, None if key is None else key.sign(head_message(JOURNAL, head.seq, head.hash)).hex())


FIVE = chained(5)
ASIDE = Aside(hash="ab" * 32, sealed="c2VhbGVk")
WHOLE = Chain(JOURNAL, SERVER, None, tuple(one.raw for one in FIVE), (head_of(FIVE[-1]),), asides=(ASIDE,))


def vouched() -> Voucher:
    """The certificate that the office gave the laptop."""
    text = msgspec.json.encode(
        Certificate(device=UUID(int=7), public_key=KEY.hex(), events=(EVENT,), expires=NOON)
    ).decode()
    return Voucher(text, OFFICE.sign(text.encode()).hex())


FILE = JournalFile(NOON, vouched(), OFFICE.public_key().public_bytes_raw().hex(), (WHOLE,))
BYTES = b"".join(lines_of(FILE))
DEEP = b"[" * 6000 + b"]" * 6000


def of(*raws: bytes, heads: tuple[SignedHead, ...] = WHOLE.heads) -> Chain:
    """The chain with these facts instead."""
    return replace(WHOLE, facts=raws, heads=heads)


def test_a_file_that_was_written_is_read_as_it_was_also_with_a_fact_that_the_disk_has_spoilt() -> None:
    assert journal_file.read(BYTES) == FILE
    spoilt = replace(FILE, voucher=None, server_key=None, chains=(of(b"\xff\x00"), WHOLE))
    assert journal_file.read(b"".join(lines_of(spoilt))) == spoilt
    for other in (replace(FILE, chains=()), replace(FILE, whole=False)):
        assert journal_file.read(b"".join(lines_of(other))) == other


def test_a_file_that_was_cut_off_anywhere_gives_what_came_before_and_says_so() -> None:
    first = BYTES.index(b"\n") + 1
    for cut in range(first, len(BYTES), 5):
        read = journal_file.read(BYTES[:cut])
        assert not read.whole
        assert all(chain.facts == WHOLE.facts[: len(chain.facts)] for chain in read.chains)
        for chain in read.chains:
            at = len(chain.facts) + 1
            assert prove(chain, KEY, read.whole).verdict == Gap(at)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        pytest.param(b"", "not a journal's file", id="nothing"),
        pytest.param(b'{"is":"end","journals":0,"facts":0}\n', "not a journal's file", id="no first line"),
        pytest.param(BYTES.replace(b"eventreg-journal", b"other"), "not a journal's file", id="another format"),
        pytest.param(BYTES.replace(b'"version":1', b'"version":2'), "newer version", id="a newer one"),
        pytest.param(BYTES.replace(b'"is":"journal"', b'"is":"what"'), "Line 2", id="an unknown line"),
        pytest.param(BYTES + BYTES, "order", id="two files in one"),
        pytest.param(BYTES + b'{"new":' + DEEP + b',"is":"end"}\n', "is damaged", id="lists in lists"),
        pytest.param(BYTES.replace(b'"is":"journal"', b'"is":"end","facts":1,"journals":1'), "order", id="ended early"),
    ],
)
def test_what_is_no_journal_file_is_refused_with_a_sentence(data: bytes, word: str) -> None:
    with pytest.raises(BadJournalFile, match=word):
        journal_file.read(data)


def test_a_file_too_large_to_be_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "LARGEST", len(BYTES) - 1)
    with pytest.raises(BadJournalFile, match="larger"):
        journal_file.read(BYTES)


def test_a_damaged_certificate_is_refused() -> None:
    assert vouched().read().device == UUID(int=7)
    with pytest.raises(BadJournalFile, match="certificate"):
        Voucher("{}", "00" * 64).read()
    with pytest.raises(BadJournalFile, match="certificate"):
        Voucher(f'{{"new":{DEEP.decode()}}}', "00" * 64).read()


@settings(deadline=None, max_examples=100)
@given(st.one_of(st.binary(max_size=200), st.binary().map(lambda rest: BYTES[:700] + rest)))
def test_whatever_bytes_are_read_only_the_named_problem_comes_of_them(data: bytes) -> None:
    survives(data)


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_a_file_with_a_few_other_bytes_is_refused_by_name_or_judged(data: st.DataObject) -> None:
    broken = bytearray(BYTES)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(broken))


def survives(data: bytes) -> None:
    try:
        read = journal_file.read(data)
    except BadJournalFile:
        return
    proofs = [prove(chain, KEY, read.whole) for chain in read.chains]
    assert [proof.journal for proof in proofs] == [chain.id for chain in read.chains]


def changed(index: int, prev: str | None = None) -> bytes:
    """A fact of the chain with another wording, or as if it followed another one."""
    fact = FIVE[index].fact
    assert isinstance(fact, CheckIn)
    other = msgspec.structs.replace(fact, boot="other") if prev is None else msgspec.structs.replace(fact, prev=prev)
    return facts.record(other).raw


RAW = WHOLE.facts
FOREIGN = chained(1, journal=UUID(int=5))[0].raw
TWIN = chained(1, Head(2, FIVE[1].hash), first_id=70)[0]


@pytest.mark.parametrize(
    ("chain", "verdict"),
    [
        pytest.param(WHOLE, Complete(), id="complete"),
        pytest.param(of(heads=()), Complete(), id="no fact yet"),
        pytest.param(of(*RAW[:2], *RAW[3:]), Gap(3), id="one removed"),
        pytest.param(of(*RAW[1:]), Gap(1), id="the first removed"),
        pytest.param(of(*RAW[:4]), Gap(5), id="the last removed"),
        pytest.param(of(*RAW[:2], changed(2), *RAW[3:]), Changed(3, ""), id="one changed"),
        pytest.param(of(changed(0), *RAW[1:]), Changed(1, ""), id="the first changed"),
        pytest.param(of(*RAW[:4], changed(4)), Changed(5, ""), id="the last changed"),
        pytest.param(of(*RAW[:4], changed(4), heads=()), Complete(), id="the last changed and nobody vouched"),
        pytest.param(of(*RAW[:2], changed(2, "ab" * 32), *RAW[3:]), Changed(3, ""), id="one that follows another"),
        pytest.param(of(*RAW[:4], changed(4, "ab" * 32)), Changed(5, ""), id="the last follows another"),
        pytest.param(of(changed(0, "ab" * 32), *RAW[1:]), Changed(1, ""), id="the first follows another"),
        pytest.param(of(RAW[0], RAW[2], RAW[1], *RAW[3:]), Changed(2, ""), id="two in another order"),
        pytest.param(of(*RAW[:3], RAW[1], *RAW[3:]), Changed(2, ""), id="one there twice"),
        pytest.param(of(*RAW[:2], b"{}", *RAW[3:]), Changed(3, ""), id="one unreadable"),
        pytest.param(of(*RAW[:2], b'{"new":' + DEEP[5000:7000] + b"}", *RAW[3:]), Changed(3, ""), id="one too deep"),
        pytest.param(of(*RAW[:2], FOREIGN, *RAW[3:]), Changed(3, ""), id="one of another journal"),
        pytest.param(of(*RAW[:3], TWIN.raw, *RAW[3:]), Fork(3), id="two with one number"),
        pytest.param(replace(WHOLE, heads=(head_of(FIVE[2]), head_of(TWIN))), Fork(3), id="vouched for two"),
        pytest.param(replace(WHOLE, heads=(head_of(TWIN, OFFICE),)), Changed(3, ""), id="somebody vouched for another"),
        pytest.param(replace(WHOLE, heads=(head_of(FIVE[-1], OFFICE),)), Changed(5, ""), id="signed by another"),
    ],
)
def test_the_proof_names_the_first_fact_that_is_not_as_it_was_written(chain: Chain, verdict: Verdict) -> None:
    found = prove(chain, KEY).verdict
    assert str(found) == str(verdict)
    assert type(found) is type(verdict)


def test_a_journal_without_its_last_signature_is_complete_and_vouched_for_as_far_as_it_was_signed() -> None:
    part = replace(WHOLE, heads=(head_of(FIVE[2]), head_of(FIVE[-1], None)))
    assert prove(part, KEY).signed_to == 3
    assert prove(part, None).signed_to == 0
    assert isinstance(prove(part, KEY).verdict, Complete)


def test_a_fragment_goes_on_from_where_it_says_and_an_older_head_vouches_for_nothing_in_it() -> None:
    after = Head(2, FIVE[1].hash)
    fragment = replace(WHOLE, facts=RAW[2:], after=after, heads=(head_of(FIVE[0]), *WHOLE.heads))
    assert prove(fragment, KEY).verdict == Complete()
    assert prove(fragment, KEY).signed_to == 5
    assert prove(replace(fragment, after=START), KEY).verdict == Gap(1)


def test_a_head_vouches_for_all_that_led_to_it_and_for_nothing_beyond_a_gap() -> None:
    assert reaching(FIVE, [FIVE[3].hash]) == {one.hash for one in FIVE[:4]}
    assert reaching([*FIVE[:2], *FIVE[3:]], [FIVE[4].hash, FIVE[3].hash]) == {one.hash for one in FIVE[3:]}
    assert reaching(FIVE, ["ab" * 32]) == frozenset()


def test_a_certificate_counts_by_the_servers_signature_alone() -> None:
    key = OFFICE.public_key().public_bytes_raw()
    assert is_certified(key, vouched())
    assert not is_certified(KEY, vouched())
    assert not is_certified(key, replace(vouched(), certificate="{}"))
