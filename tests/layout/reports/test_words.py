from __future__ import annotations

import pytest

from tensorlab.layout.record import Answer, Layout, Overlap
from tensorlab.layout.reports.numbers import report
from tensorlab.layout.reports.words import overlap_words, used_words

UNALIGNED = Layout((3,), (3,), itemsize=4)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Overlap(Answer.NO, "gcd"), "none (gcd)"),
        (Overlap(Answer.YES, "search", ((0,), (1,)), 3), "[0] and [1] share bytes"),
        (Overlap(Answer.UNKNOWN, "cap", cap="too many positions"), "unknown (too many positions)"),
    ],
)
def test_overlaps_are_told_with_what_decided_them(found: Overlap, expected: str) -> None:
    assert overlap_words(UNALIGNED, found) == expected


def test_strides_that_are_no_whole_elements_are_counted_in_bytes() -> None:
    assert used_words(report(UNALIGNED)) == "10 unique bytes, 10 B of 10 B (100%)"
    assert str(report(UNALIGNED)).startswith("(3,), strides (3,) B, offset 0 B: ")


def test_one_element_is_no_plural() -> None:
    assert used_words(report(Layout((), ()))) == "1 unique element, 1 B of 1 B (100%)"
