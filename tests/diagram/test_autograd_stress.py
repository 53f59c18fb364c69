"""The table of deep graphs."""

from __future__ import annotations

from tensorlab.autograd.stress.record import StressCase, StressRun, StressTable
from tensorlab.diagram.autograd_stress import stress_scene
from tensorlab.render.text import text

RUNS = (
    StressRun(
        case=StressCase(length=1000, thread=True),
        nodes=1001,
        edges=1000,
        freed="ok",
        capture_seconds=0.005,
        free_seconds=0.0,
    ),
    StressRun(case=StressCase(shape="skip", pattern="middle"), freed="crashed", reason="ended by SIGSEGV"),
)

PICTURE = """
deep graphs, each in a process of its own: 1 of 2 well
graph    steps  what happens  nodes  edges  us a node  freed
chain    1,000  512 KB stack  1,001  1,000        5.0  ok
skip   200,000  middle held       ?      ?             crashed

skip, middle: ended by SIGSEGV
"""


def test_a_row_for_each_and_what_went_wrong() -> None:
    drawn = text(stress_scene(StressTable(RUNS)), width=80, ascii=True)
    assert drawn == PICTURE.strip("\n")
