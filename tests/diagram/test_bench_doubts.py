from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from support.laboratory import run

from tensorlab.diagram.bench_doubts import doubt_lines
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from tensorlab.bench.record import Run


def test_a_doubt_stands_with_its_cure_and_one_about_a_size_with_the_size() -> None:
    rows = [
        replace(run(), doubts=(Doubt("throttled", "slower"),)),
        replace(run(backend="torch"), doubts=(Doubt("oversubscribed", "they wait", "stop others"),)),
    ]
    assert doubt_lines(rows) == ["numpy: slower", "torch 1k: they wait; stop others"]


def test_of_context_switches_the_costliest_row_stands_for_all() -> None:
    def taken(penalty: float, size: int) -> Run:
        doubt = Doubt("context-switches", f"switches {penalty}x", "be alone", penalty)
        return replace(run(size=size), doubts=(doubt,))

    rows = [taken(1.1, 1000), taken(1.3, 2000), taken(1.2, 3000)]
    assert doubt_lines(rows) == ["numpy 2k and 2 rows more, less: switches 1.3x; be alone"]
    assert doubt_lines(rows[:1]) == ["numpy 1k: switches 1.1x; be alone"]
