from __future__ import annotations

from dataclasses import replace

import pytest
from support.teams import PLACED

from tensorlab.errors import LayoutError

PART, HANDED = PLACED.steps[:2]


def test_what_is_handed_over() -> None:
    assert (PLACED.handed, len(PLACED.handovers), PLACED.gain) == (1024, 2, 2)
    assert (HANDED.rate, PART.rate) == (1e6, 0)
    assert str(PLACED) == "alexnet: 1,024 B handed over in 2 steps, 2.00 ms, 50% of a pass"


def test_agreement() -> None:
    assert PLACED.agrees
    assert not replace(PLACED, error=float("nan")).agrees
    assert replace(PLACED, error=None).agrees


def test_times_that_no_clock_says() -> None:
    with pytest.raises(LayoutError, match="seconds of features"):
        replace(PART, seconds=(-1.0,))
    assert replace(PLACED, whole=(0.0,)).gain == 0
