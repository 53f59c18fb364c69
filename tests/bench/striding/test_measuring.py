from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.striding.measuring import Extent, strides
from tensorlab.bench.striding.record import StrideRun
from tensorlab.codec import decode, encode

if TYPE_CHECKING:
    from tensorlab.progress import Progress


def test_a_run_with_a_fake_clock() -> None:
    """Each reading is a millisecond after the one before, so each call of n elements takes 1/n ms an element."""
    ticks = count()

    def read() -> Reading:
        now = next(ticks) / 1000
        return Reading(now, now, now, 0, 0)

    run = strides(Extent(2**23, 2), read=read)
    assert {row.library for row in run.rows} == {"torch", "numpy"}
    assert run.close("sum")[1] == run.close("copy")[1] == 26
    assert run.close("sum", "torch")[1] == 13
    assert str(run).startswith("predicted within 30% of what was measured: sum ")
    assert decode(StrideRun, encode(run)) == run
    assert (run.line, run.page, run.nbytes) == (64, 4096, 2**23)


def test_ctrl_c_keeps_the_rounds_before() -> None:
    ticks = count()

    def read() -> Reading:
        now = next(ticks) / 1000
        return Reading(now, now, now, 0, 0)

    def watch(state: Progress) -> None:
        if state.done == 3:
            raise KeyboardInterrupt

    run = strides(Extent(2**23, 5), watch, read)
    assert (run.interrupted, run.rounds) == (True, 2)
    assert run.close("sum")[1] == 26
    assert str(run).endswith("strides; interrupted after 2 rounds")
