from __future__ import annotations

from dataclasses import replace

import pytest
from support.teams import PRODUCT, STEP, TRANSFER

from tensorlab.errors import LayoutError


def test_bandwidths_are_those_of_nccl_tests() -> None:
    four = replace(TRANSFER, ranks=4, nbytes=1000, seconds=(1.0,))
    assert (four.algorithm, four.bus) == (1000, 1500)
    assert replace(four, collective="all_gather").bus == 750
    assert replace(four, collective="reduce_scatter").bus == 750


def test_no_time_is_no_bandwidth() -> None:
    assert replace(TRANSFER, seconds=(0.0,)).bus == 0
    with pytest.raises(LayoutError, match="seconds is one or more finite numbers"):
        replace(TRANSFER, seconds=())


def test_efficiency_is_made_of_its_two_parts() -> None:
    assert STEP.efficiency == pytest.approx(0.5)
    assert STEP.beside_efficiency * STEP.sending_efficiency == pytest.approx(STEP.efficiency)
    assert STEP.gain == pytest.approx(0.75)


def test_a_rank_that_holds_something_else_is_named() -> None:
    a = PRODUCT.matrices[0]
    assert a.strangers == ()
    turned = replace(a.pieces[1], strides=(4, 16))
    assert replace(a, pieces=(a.pieces[0], turned)).strangers == (1,)
    renumbered = replace(a.sharding, ranks=(7, 3))
    pieces = (replace(a.pieces[0], rank=7), replace(turned, rank=3))
    assert replace(a, sharding=renumbered, pieces=pieces).strangers == (3,)


def test_no_speedup_without_times() -> None:
    assert PRODUCT.speedup == 2
    assert replace(PRODUCT, seconds=(), alone=()).speedup is None
