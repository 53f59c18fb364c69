"""The planted bugs: wrong where they are meant to be, right where they are not; their twins right everywhere."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, get_args

import pytest
from support.planted import WITNESSES

from benchmarks.contest.judging import broken, in_c_order
from benchmarks.planted.record import Group
from benchmarks.planted.table import PLANTED
from tensorlab.testing.record import CONTRACTS

if TYPE_CHECKING:
    from benchmarks.planted.record import Planted

BOTH = {"doubled_in_what_contiguous_gave", "doubled_in_what_reshape_gave", "centred_in_place"}
"""Bugs that show on contiguous arguments as well, or on these alone."""
SHARED = {"accumulated_from_zero", "snapshot_by_contiguous", "flat_copy_by_reshape", "squeezed_unless_one"}
NAMES = [planted.name for planted in PLANTED]


def test_there_are_enough_of_each_kind_and_each_has_a_witness() -> None:
    assert len(PLANTED) == len({*NAMES}) >= 36
    assert {*Counter(planted.group for planted in PLANTED)} == {*get_args(Group)}
    assert {promise for planted in PLANTED for promise in planted.contract} == {*CONTRACTS}
    assert {*WITNESSES} == {*NAMES}


@pytest.mark.parametrize("planted", PLANTED, ids=NAMES)
def test_the_bug_is_wrong_where_the_twin_is_right(planted: Planted) -> None:
    assert broken(planted.bug, planted.contract, WITNESSES[planted.name]()) is not None
    assert broken(planted.twin, planted.contract, WITNESSES[planted.name]()) is None


@pytest.mark.parametrize("planted", PLANTED, ids=NAMES)
def test_the_bug_gives_what_the_twin_gives_on_contiguous_arguments(planted: Planted) -> None:
    plain = [in_c_order(x) for x in WITNESSES[planted.name]()]
    if planted.name not in BOTH | SHARED:
        assert broken(planted.bug, planted.contract, plain) is None
    found, usual = (function(*map(in_c_order, WITNESSES[planted.name]())) for function in (planted.bug, planted.twin))
    assert bool((found == usual).all() if hasattr(found, "all") else found == usual)
    assert type(found) is type(usual)
