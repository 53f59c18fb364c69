from __future__ import annotations

from dataclasses import replace

from support.ceilings import CEILINGS
from support.laboratory import run, skipped

from tensorlab.bench.comparison import told_rows
from tensorlab.diagram.roofs_of_runs import NOTHING, rooflines
from tensorlab.render.text import text

ROWS = (
    replace(run(2e-5, backend="list", dtype="float64", reads=16000, writes=8000), ceiling="dispatch", part=0.6),
    replace(run(1e-6), ceiling="L1", part=0.9),
    replace(run(1e-6, dtype="bfloat16", backend="torch"), ceiling="dispatch", part=0.3),
    replace(run(1e-6, workload="copy", flops=0), ceiling="L1", part=0.5),
    skipped("cost", "too slow", backend="list", size=10**7),
)


def drawn(*rows: object) -> str:
    return text(rooflines(told_rows(rows), CEILINGS))  # type: ignore[arg-type]  # rows as they come


def test_each_dtype_has_roofs_and_lists_stand_below_the_first() -> None:
    words = drawn(*ROWS)
    first, second = words.split("\n\nroofline\n")
    assert "the best product of float32 that was seen" in " ".join(first.split())
    assert "add 1,000  numpy" in first
    assert "add 1,000  list" in first
    assert "90% of L1" in first
    assert "the best product of bfloat16 that was seen" in " ".join(second.split())
    assert "add 1,000  torch" in second
    assert "copy" not in words
    assert max(map(len, words.splitlines())) <= 80


def test_lists_alone_stand_below_the_roofs_of_their_own_numbers() -> None:
    assert "no product of float64 was measured" in drawn(ROWS[0])


def test_threads_have_roofs_of_their_own() -> None:
    assert "oneDNN, packed, 512 rows" in drawn(replace(ROWS[1], case=replace(ROWS[1].case, threads=2)))


def test_nothing_that_computes_is_said() -> None:
    assert drawn(ROWS[3], ROWS[4]) == f"roofline\n{NOTHING}"
