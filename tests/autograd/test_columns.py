"""Numbers that are places in something: each must be there."""

from __future__ import annotations

from array import array

import pytest

from tensorlab.autograd.columns import check_lengths, check_places
from tensorlab.errors import LayoutError


def test_a_place_in_what_is_empty_is_refused() -> None:
    check_places("x", array("q"), 0)
    check_places("x", array("q", [-1]), 0, least=-1)
    with pytest.raises(LayoutError, match="numbers in x are none: what they are places in is empty; got 0"):
        check_places("x", array("q", [0]), 0)


def test_below_the_least_is_refused() -> None:
    with pytest.raises(LayoutError, match="numbers in x are -1 to 4; got -2"):
        check_places("x", array("q", [4, -2]), 5, least=-1)


def test_another_length_is_refused() -> None:
    check_lengths({"x": array("q", [1])}, 1, of="node")
    with pytest.raises(LayoutError, match="x has one number for each node, 0 in all; got 1"):
        check_lengths({"x": array("q", [1])}, 0, of="node")
