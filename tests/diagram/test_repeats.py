"""What repeats is found, and nothing that does not."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.diagram.repeats import Repeat, repeats


def told(signs: str, found: list[Repeat]) -> bool:
    return all(signs[one.start : one.stop] == signs[one.start : one.start + one.period] * one.times for one in found)


@given(st.text("ab", max_size=40), st.text("abc", min_size=1, max_size=6), st.integers(3, 9))
def test_pieces_do_repeat_and_do_not_overlap(around: str, piece: str, times: int) -> None:
    signs = around + piece * times + around
    found = repeats(signs)
    assert told(signs, found)
    assert all(one.stop <= other.start for one, other in itertools.pairwise(found))
    assert all(one.times >= 3 and one.saves >= 3 for one in found)


def test_the_longer_repeat_is_taken_over_shorter_ones_in_it() -> None:
    assert repeats("lqvlqvlqvmsd" * 12 + "h") == [Repeat(0, 12, 12)]


def test_a_long_row_is_one_repeat() -> None:
    assert repeats("a" * 200_000) == [Repeat(0, 1, 200_000)]
    assert repeats("abcdefg" * 5_000) == [Repeat(0, 7, 5_000)]


def test_two_alike_are_not_a_repeat() -> None:
    assert repeats("abcdabcd") == []
