from __future__ import annotations

from dataclasses import replace

from support.laboratory import header, run

from tensorlab.bench.foreign.record import Imported
from tensorlab.bench.record import UNTOLD
from tensorlab.diagram.imported import imported_picture
from tensorlab.render.text import text

FOREIGN = run(workload="t.py::test_sort", size=1, unit="calls", backend="pytest-benchmark", device=UNTOLD, dtype=UNTOLD)
FOUND = Imported(
    files=("a.json",),
    path="a.jsonl",
    header=header(),
    rows=(run(), replace(run(2e-6), process=1), FOREIGN),
    notes=("1 case of another suite: device, dtype, threads and bytes are not known",),
)
DRAWN = """\
2 cases of 1 file written to a.jsonl

case                         median  processes  blocks
add 1000 numpy cpu float32  1.40 µs          2      10
t.py::test_sort             1.00 µs          1       5

1 case of another suite: device, dtype, threads and bytes are not known"""


def test_a_row_for_each_case() -> None:
    assert text(imported_picture(FOUND), width=80) == DRAWN
    assert text(imported_picture(FOUND), width=80, ascii=True).isascii()


def test_the_clock_that_counts_is_told() -> None:
    own = replace(run(), clock="cpu", cpu=tuple(block / 2 for block in run().wall))
    assert "500 ns" in text(imported_picture(replace(FOUND, rows=(own,))))
