from __future__ import annotations

from dataclasses import replace

from support.timing import MEASURED

from tensorlab.diagram.paired import measured_scene
from tensorlab.memory.record import Doubt
from tensorlab.render.text import text


def test_times_ratios_and_what_measuring_costs() -> None:
    assert (
        text(measured_scene(MEASURED), width=80)
        == """\
1 thread, by the processor's clock
   median  10th pct     ±  first call  faults  later   blocks
a  100 µs    100 µs  0.0%     2.00 ms       7      0  4 of 10
b  200 µs    200 µs  0.0%     4.00 ms       7      0  4 of 10

       ratio  95% interval  pairs
b / a      2      1.9..2.1      9  slower

faults: new pages in the first call; later: in each call after it; blocks: how
  many, of so many calls
measuring costs 20.0 ns a call and 2.00 µs a block; it is not taken off"""
    )


def test_one_alone_has_no_ratios_and_later_faults_are_told_a_call() -> None:
    alone = replace(MEASURED.blocks[0], faults=(25, 25, 0, 0), first_faults=1234)
    assert (
        text(measured_scene(replace(MEASURED, blocks=(alone,), ratios=(), threads=2, clock="wall")), width=80)
        == """\
2 threads, by the clock on the wall
   median  10th pct     ±  first call  faults  later   blocks
a  100 µs    100 µs  0.0%     2.00 ms   1,234   1.25  4 of 10

faults: new pages in the first call; later: in each call after it; blocks: how
  many, of so many calls
measuring costs 20.0 ns a call and 2.00 µs a block; it is not taken off"""
    )


def test_doubts_have_their_penalty_and_their_cure() -> None:
    doubted = replace(MEASURED, clock="wall", doubts=(Doubt("oversubscribed", "threads waited", "stop them", 2.5),))
    told = text(measured_scene(doubted), width=80)
    assert told.startswith("1 thread, by the clock on the wall")
    assert told.endswith("doubt: threads waited (penalty 2.50x)\ncure: stop them")


def test_a_penalty_that_the_text_has_is_not_repeated() -> None:
    doubted = replace(MEASURED, doubts=(Doubt("x", "slow code: measured 1.91x", "unset it", 1.9123),))
    assert text(measured_scene(doubted), width=80).endswith("doubt: slow code: measured 1.91x\ncure: unset it")
