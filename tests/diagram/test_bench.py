from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laboratory import header, run, skipped

from tensorlab.bench.comparison import told_rows
from tensorlab.diagram.bench import ANEW, WORDS
from tensorlab.diagram.bench import bench_scene as scene_of
from tensorlab.memory.record import Doubt
from tensorlab.render.text import text
from tensorlab.scene.record import Group, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.record import Cause, Header, Run, Skipped

CAPPED = Doubt("blas-kernels", "OPENBLAS_CORETYPE=Haswell is set: it caps NumPy's BLAS kernels", "run `unset` first")
ROWS: tuple[Run | Skipped, ...] = (
    run(2e-5, backend="list", dtype="float64", reads=16000, writes=8000),
    run(1e-6),
    run(5e-7, backend="torch"),
    skipped("device", "torch 2.13.0 reports no cuda device", backend="torch", device="cuda"),
    skipped("cost", "about 5.00 s a call", size=10**7, backend="list", dtype="float64"),
    run(1e-2, size=10**7),
    run(1e-2, size=10**7, backend="torch"),
    skipped("device", "torch 2.13.0 reports no cuda device", size=10**7, backend="torch", device="cuda"),
    replace(run(1e-6, workload="matmul", size=64, unit="rows"), doubts=(CAPPED,)),
    skipped("wrong", "differs by 1", workload="matmul", size=64, unit="rows", backend="torch"),
    skipped(
        "device", "torch 2.13.0 reports no cuda device", workload="matmul", size=64, backend="torch", device="cuda"
    ),
)
DRAWN = """\
quick profile on Test CPU; 2 usable processors; CPython 3.11.7; torch 2.13.0,
  numpy 2.4.6; fingerprint 0123456789ab

add, 1 thread
elements  backend  device  dtype     median      10%   GB/s      vs NumPy     ±
      1k  list     cpu     float64  20.0 µs  16.8 µs   1.20  20.0x slower  ±40%
      1k  numpy    cpu     float32  1.00 µs   840 ns   12.0         1.00x
      1k  torch    cpu     float32   500 ns   420 ns   24.0  2.00x faster  ±40%
     10M  list     cpu     float64        -        -      -      too slow
     10M  numpy    cpu     float32  10.0 ms  8.40 ms  0.001         1.00x
     10M  torch    cpu     float32  10.0 ms  8.40 ms  0.001         1.00x  ±40%
     all  torch    cuda    float32        -        -      -     no device

list 10M: about 5.00 s a call
list computes in float64: a Python float is a C double; compared with NumPy's
  float32
± of a ratio to a run that was not measured in turns with it holds 5% for the
  moment more

matmul, 1 thread
rows  backend  device  dtype     median     10%  GB/s   vs NumPy  ±
  64  numpy    cpu     float32  1.00 µs  840 ns  12.0      1.00x
  64  torch    cpu     float32        -       -     -      WRONG
  64  torch    cuda    float32        -       -     -  no device

torch 64: differs by 1
numpy: OPENBLAS_CORETYPE=Haswell is set: it caps NumPy's BLAS kernels; run
  `unset` first

for several tables
torch on cuda: torch 2.13.0 reports no cuda device"""


def bench_scene(rows: Iterable[Run | Skipped], header: Header | None = None) -> Group:
    return scene_of(told_rows(rows), header)


def test_a_session_as_it_is_drawn() -> None:
    scene = bench_scene(ROWS, header())
    assert text(scene) == DRAWN
    assert text(scene) == text(bench_scene(ROWS, header()))


def test_it_fits_eighty_columns_and_ascii() -> None:
    wide = tuple(replace(row, case=replace(row.case, size=2**24, dtype="bfloat16")) for row in ROWS)
    for rows in (ROWS, wide):
        drawn = text(bench_scene(rows, header()), ascii=True)
        assert drawn.isascii()
        assert max(map(len, drawn.splitlines())) <= 80


def test_colour_is_never_the_only_carrier() -> None:
    scene = bench_scene(ROWS)
    colored = text(scene, color=True)
    assert "\x1b[32m2.00x faster" in colored
    assert "\x1b[31mWRONG" in colored


def test_a_row_that_all_sizes_share_stands_once_and_single_sizes_stay() -> None:
    (table,) = (child for child in children(bench_scene(ROWS[:8])) if isinstance(child, Table))
    assert [row[0].span.text for row in table.rows] == ["1k", "1k", "1k", "10M", "10M", "10M", "all"]


def children(group: Group) -> list[object]:
    found: list[object] = []
    for child in group.children:
        found += children(child) if isinstance(child, Group) else [child]
    return found


@pytest.mark.parametrize("cause", list(WORDS))
def test_every_cause_is_a_row_with_its_reason_below(cause: Cause) -> None:
    row = replace(skipped("device", "the reason"), cause=cause)
    drawn = text(bench_scene([row]))
    assert WORDS[row.cause] in drawn
    assert "the reason" in drawn


def test_nothing_measured_is_an_empty_picture() -> None:
    assert text(bench_scene([])) == ""


def test_without_numpy_there_is_no_ratio() -> None:
    drawn = text(bench_scene([run(backend="torch", flops=0)]))
    assert drawn.splitlines()[2].rstrip().endswith("12.0         -")


def anew(*rows: Run | Skipped) -> int:
    return " ".join(text(bench_scene(rows)).split()).count(ANEW)


def test_a_large_elementwise_result_is_said_to_be_allocated_anew_and_once() -> None:
    large = run(size=10**7, writes=4 * 10**7)
    assert anew(large) == anew(large, replace(large, case=replace(large.case, backend="torch"))) == 1
    assert anew(large, replace(large, case=replace(large.case, workload="mul"))) == 1
    assert anew(run(size=2**18, writes=2**20)) == 1


def test_small_single_and_other_results_are_not() -> None:
    assert anew(run(size=2**18, writes=2**20 - 4)) == 0
    assert anew(run(workload="sum", size=10**7, reads=4 * 10**7, writes=4)) == 0
    assert anew(run(workload="matmul", unit="rows", size=1024, writes=2**22)) == 0
    assert anew(run(backend="torch", device="cuda", size=10**7, writes=4 * 10**7)) == 0
    assert anew(skipped("cost", "slow", size=10**7, writes=4 * 10**7)) == 0


def test_one_processor_is_one() -> None:
    single = header()
    drawn = text(bench_scene(ROWS, replace(single, host=replace(single.host, usable=1))))
    assert "1 usable processor;" in drawn


def test_a_median_of_0_has_dashes_for_rates() -> None:
    first, second = text(bench_scene((run(0.0), run(1e-6, backend="torch")))).splitlines()[2:4]
    assert first.split() == ["1k", "numpy", "float32", "0", "s", "0", "s", "-", "1.00x"]
    assert second.split()[-1] == "-"


def test_a_ratio_whose_interval_holds_1_is_not_told() -> None:
    drawn = text(bench_scene([run(1e-6), run(1.1e-6, backend="torch")])).splitlines()
    assert drawn[2].endswith("1.00x")
    assert "can't tell" in drawn[3]


def test_a_long_name_is_told_below_the_table() -> None:
    drawn = text(bench_scene([run(), run(backend="torch.compile")])).splitlines()
    assert drawn[3].split()[:2] == ["1k", "compiled"]
    assert "compiled is torch.compile" in drawn


def test_what_is_not_there_is_told_once_whatever_was_asked_of_it() -> None:
    rows: list[Run | Skipped] = [run(size=size) for size in (8, 16)]
    gone = [
        skipped("device", "no cuda here", backend="torch", device="cuda", size=size, allocates=allocates)
        for size, allocates in ((8, True), (16, True), (16, False))
    ]
    drawn = text(bench_scene([*rows, *gone]))
    assert drawn.count("no device") == 1
    assert drawn.count("torch on cuda: no cuda here") == 1
    assert " out=" not in drawn


def test_rows_that_were_measured_later_stand_in_the_table_of_their_workload() -> None:
    drawn = text(bench_scene([run(), run(workload="mul"), run(backend="torch")]))
    assert drawn.count("add, 1 thread") == 1
