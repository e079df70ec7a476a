"""How far a journal is here: told by its links alone, whatever order they came in."""

import json
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core.wire import Head
from server.sync.chain import NUL, START, Link, furthest


def link(seq: int, name: str, prev: str | None) -> Link:
    return Link(seq, name, START.hash if prev == "" else prev)


A, B, C = link(1, "a", ""), link(2, "b", "a"), link(3, "c", "b")


@pytest.mark.parametrize(
    ("links", "head", "broken"),
    [
        pytest.param([], START, False, id="nothing came"),
        pytest.param([A, B, C], Head(3, "c"), False, id="all of it"),
        pytest.param([A, C], Head(1, "a"), False, id="a gap"),
        pytest.param([B, C], START, False, id="the beginning is missing"),
        pytest.param([A, link(2, "x", "y")], Head(1, "a"), True, id="one that does not follow"),
        pytest.param([A, B, link(2, "x", "a"), link(3, "z", "x")], Head(3, "z"), False, id="the longer branch"),
        pytest.param([A, B, link(2, "aa", "a")], Head(2, "aa"), False, id="of two as long the smaller hash"),
        pytest.param([A, link(2, "q", None), link(3, "r", "q")], Head(3, "r"), False, id="past what was set aside"),
    ],
)
def test_how_far_a_chain_goes(links: list[Link], head: Head, broken: bool) -> None:
    assert furthest(START, links) == (head, broken)


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from("abcdef"), st.sampled_from(["", *"abcdef"])), max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_does_not_matter(drawn: Sequence[tuple[int, str, str]], dice: random.Random) -> None:
    links = [link(*each) for each in drawn]
    shuffled = list(links)
    dice.shuffle(shuffled)
    assert furthest(START, shuffled) == furthest(START, links)


@pytest.mark.parametrize("word", ["a\x00b", "\\\x00", "\\\\\x00", r"a\u0000b", r"\\u0000", "\\", "0000"])
def test_a_nul_is_told_from_a_text_that_speaks_of_one(word: str) -> None:
    assert (NUL.search(json.dumps({"new": word}).encode()) is not None) == ("\x00" in word)
