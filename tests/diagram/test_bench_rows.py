from __future__ import annotations

from dataclasses import replace

from support.laboratory import header, run, skipped

from tensorlab.bench.ceilings.judging import marked
from tensorlab.bench.comparison import told_rows
from tensorlab.diagram.bench import bench_scene
from tensorlab.diagram.bench_rows import by_device_and_dtype, judged, said
from tensorlab.render.text import text

ROWS = (
    replace(run(2e-5, backend="list", dtype="float64", reads=16000, writes=8000), ceiling="dispatch", part=0.6),
    replace(run(1e-6), ceiling="L1", part=0.9),
    marked(replace(run(5e-7, backend="torch"), ceiling="L1", part=1.3)),
    replace(run(3e-6, dtype="bfloat16", backend="torch"), ceiling="dispatch", part=0.3),
    skipped("dtype", "NumPy has no bfloat16", dtype="bfloat16"),
    skipped("device", "torch 2.13.0 reports no cuda device", backend="torch", device="cuda"),
)
DRAWN = """\
add, 1 thread, float32
elements  backend      median      10%  GB/s      vs NumPy     ±  of ceiling
      1k  list        20.0 µs  16.8 µs  1.20  20.0x slower  ±40%  60% dispatch
      1k  numpy       1.00 µs   840 ns  12.0         1.00x        90% L1
      1k  torch        500 ns   420 ns  24.0  2.00x faster  ±40%  130% L1
      1k  torch cuda        -        -     -     no device

torch 1k: ceiling doubtful: 130% of L1, so the ceiling was measured too low, or
  the row does less than it says; measure the ceilings again: tensorlab ceilings
  --again"""


def test_beside_ceilings_each_dtype_has_a_table_and_its_title_says_it() -> None:
    drawn = text(bench_scene(told_rows(ROWS)))
    assert drawn.startswith("add, 1 thread, float32\n")
    assert "\nadd, 1 thread, bfloat16\nelements  backend" in drawn
    assert "130% L1" in drawn
    assert "torch cuda        -" in drawn
    assert "torch 1k: ceiling doubtful: 130% of L1" in drawn


def test_a_table_beside_ceilings_as_it_is_drawn() -> None:
    rows = [row for row in ROWS if row.case.dtype != "bfloat16"]
    drawn = text(bench_scene(told_rows(rows)))
    assert "\n\n".join(drawn.split("\n\n")[:1]) == DRAWN.split("\n\n", maxsplit=1)[0]
    assert DRAWN.split("\n\n")[1].splitlines()[0] in drawn


def test_the_widest_words_fit_eighty_columns() -> None:
    base = replace(run(1.0123e-6, size=1234567, allocates=False), ceiling="compute", part=0.999)
    wide = [
        base,
        replace(run(1.0123e-3, size=1234567, backend="torch", allocates=False), ceiling="dispatch", part=1.004),
        replace(run(1.0123e-3, size=1234567, backend="array"), ceiling="dispatch", part=0.003),
    ]
    drawn = text(bench_scene(told_rows(wide), header()))
    assert max(map(len, drawn.splitlines())) <= 80


def test_rows_of_a_device_stand_in_a_table_of_their_own() -> None:
    there = replace(run(1e-5, backend="torch", device="cuda"), ceiling="dispatch", part=0.5)
    tables = by_device_and_dtype(list(told_rows((*ROWS[:3], there))))
    assert [len(table) for table in tables] == [3, 1]
    drawn = text(bench_scene(told_rows((*ROWS[:3], there))))
    assert "add, 1 thread, float32 on cuda\n" in drawn


def test_without_ceilings_all_rows_stand_in_one_table() -> None:
    rows = list(told_rows((run(), run(dtype="float64"))))
    assert not judged(rows)
    assert by_device_and_dtype(rows) == [rows]


def test_a_list_does_not_say_the_dtype_of_a_table() -> None:
    assert said(list(told_rows(ROWS))).dtype == "float32"
    assert said(list(told_rows(ROWS[:1]))).dtype == "float64"
    assert said(list(told_rows(ROWS[-1:]))).device == "cuda"
