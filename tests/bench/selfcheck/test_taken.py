from __future__ import annotations

from dataclasses import replace

import pytest
from support.timing import blocks

from tensorlab.bench.selfcheck.taken import taken_doubt

TIMES = [1.0, 1.0, 1.0, 1.3] * 4


def test_blocks_with_switches_are_told_beside_the_others() -> None:
    given = replace(blocks("a", TIMES), switches=(0, 0, 0, 2) * 4)
    (doubt,) = taken_doubt(given, "cpu")
    assert doubt.code == "context-switches"
    assert doubt.penalty == pytest.approx(1.3)
    assert doubt.text == (
        "involuntary context switches in 25% of its blocks: measured 1.30x as long there, by the clock of the processor"
    )
    assert "stop other programs" in (doubt.cure or "")


def test_by_the_wall_the_wall_says_what_they_cost() -> None:
    slow = tuple(2 * seconds if seconds > 1 else seconds for seconds in TIMES)
    given = replace(blocks("a", TIMES), wall=slow, switches=(0, 0, 0, 1) * 4)
    (doubt,) = taken_doubt(given, "wall")
    assert doubt.penalty == pytest.approx(2.6)
    assert doubt.text.endswith("by the clock of the wall")


def test_where_every_block_has_some_the_wall_stands_beside_the_processor() -> None:
    given = replace(blocks("a", [1.0] * 8), wall=(1.5,) * 8, switches=(3,) * 8)
    (doubt,) = taken_doubt(given, "cpu")
    assert doubt.penalty == pytest.approx(1.5)
    assert "in 100% of its blocks: measured 1.50x as long by the wall as by the clock of the processor" in doubt.text


@pytest.mark.parametrize(
    "switches", [(0,) * 100, (1,) * 3 + (0,) * 97, (1,) * 9 + (0,) * 91, (1,) * 100], ids=["none", "3", "9%", "no loss"]
)
def test_a_few_switches_or_such_as_cost_nothing_are_not_told(switches: tuple[int, ...]) -> None:
    assert taken_doubt(replace(blocks("a", [1.0] * 100), switches=switches), "cpu") == ()
