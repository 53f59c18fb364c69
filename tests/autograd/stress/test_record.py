"""What became of deep graphs, in words."""

from __future__ import annotations

import pytest

from tensorlab.autograd.stress.record import StressCase, StressRun, StressTable
from tensorlab.errors import LayoutError

GOOD = StressRun(case=StressCase(length=2), nodes=3, edges=2, freed="ok")
DEAD = StressRun(case=StressCase(shape="skip"), freed="crashed", reason="ended by SIGSEGV")


def test_lines() -> None:
    assert str(GOOD) == "nodes=3 edges=2 freed=ok"
    assert str(DEAD) == "nodes=? edges=? freed=crashed: ended by SIGSEGV"
    assert str(StressTable((GOOD, DEAD))).splitlines()[1].startswith("skip 200,000 plain: nodes=?")


def test_what_failed() -> None:
    held = StressRun(case=StressCase(free=False), nodes=3, edges=2, freed="held")
    assert StressTable((GOOD, DEAD, held)).failed == (DEAD,)


def test_a_graph_of_no_step_is_refused() -> None:
    with pytest.raises(LayoutError, match="a graph has 1 step or more; got 0"):
        StressCase(length=0)
