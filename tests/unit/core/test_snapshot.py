import zlib
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core.snapshot import BadSnapshot, Header, Raw, numbers_of, read, texts_of, write
from eventreg_core.wire import Page

HEADER = Header(
    event=UUID(int=7),
    profile="door",
    epoch="1-1-1",
    revision=5,
    check="ab" * 8,
    made_at=datetime(2026, 7, 1, tzinfo=UTC),
    setting=Page(),
)
NUMBERS = st.lists(st.integers(-(2**62), 2**62 - 1), max_size=40)
TEXTS = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=40)


@given(numbers=NUMBERS, texts=TEXTS, ids=st.lists(st.binary(min_size=16, max_size=16)))
def test_what_is_written_is_read(numbers: list[int], texts: list[str], ids: list[bytes]) -> None:
    columns = {"n": numbers_of(numbers), "t": texts_of(texts), "i": Raw("ids", b"".join(ids), 16)}
    told = read(write(HEADER, columns))
    assert (list(told.numbers("n")), told.texts("t"), told.ids("i")) == (numbers, texts, b"".join(ids))
    assert (told.header.event, told.header.revision, told.header.check) == (HEADER.event, 5, HEADER.check)


def test_the_bytes_are_these_for_ever() -> None:
    content = write(HEADER, {"n": numbers_of([3, 5]), "i": Raw("ids", b"abcd", 2)})
    head = len(b"EventReg snapshot 1\n")
    assert content[:head] == b"EventReg snapshot 1\n"
    length = int.from_bytes(content[head : head + 4])
    assert content[head + 4 : head + 4 + length].startswith(b'{"event":"00000000-0000-0000-0000-000000000007"')
    assert read(content).numbers("n").tolist() == [3, 5]
    packed = content[head + 4 + length :]
    first = read(content).header.columns[0].size
    assert zlib.decompress(packed[:first]) == bytes(14) + b"\x03\x02"
    assert zlib.decompress(packed[first:]) == b"acbd"


@pytest.mark.parametrize("at", [0, 21, 30, 400, -1])
def test_a_file_that_is_cut_short_is_damage_and_a_changed_byte_never_reads_as_before(at: int) -> None:
    content = bytearray(write(HEADER, {"t": texts_of(["Anna", "Łukasz"] * 50), "n": numbers_of([1, 2, 3])}))
    with pytest.raises(BadSnapshot):
        read(bytes(content[: at if at >= 0 else len(content) - 1])).texts("t")
    content[at] ^= 0xFF
    try:
        told = read(bytes(content))
        seen = told.texts("t"), list(told.numbers("n"))
    except BadSnapshot:
        return
    assert seen != (["Anna", "Łukasz"] * 50, [1, 2, 3])


def test_a_column_that_is_missing_or_of_another_kind_is_damage() -> None:
    told = read(write(HEADER, {"t": texts_of(["Anna"]), "i": Raw("ids", b"abc", 2)}))
    for look in (lambda: told.texts("other"), lambda: told.numbers("t"), lambda: told.ids("i")):
        with pytest.raises(BadSnapshot):
            look()


def test_texts_that_are_none_are_damage() -> None:
    with pytest.raises(BadSnapshot):
        read(write(HEADER, {"t": Raw("texts", b"\xff\0")})).texts("t")
