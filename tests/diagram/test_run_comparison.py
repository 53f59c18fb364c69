from __future__ import annotations

from dataclasses import replace

from support.laboratory import case

from tensorlab.bench.record import Standing
from tensorlab.bench.two_files.record import Compared, RunComparison
from tensorlab.diagram.run_comparison import comparison_scene
from tensorlab.render.text import text


def one(value: float, low: float, high: float, *, paired: bool = False, makes: int = 3, size: int = 1000) -> Compared:
    ratio = Standing(value=value, low=low, high=high, paired=paired, pairs=makes, makes=makes)
    return Compared(
        case=case(size=size),
        first=1e-6,
        second=value * 1e-6,
        ratio=ratio,
        by_process=(ratio,) * makes,
        verdict=ratio.verdict,
        clock="cpu",
    )


FOUND = RunComparison(
    first="a.jsonl",
    second="b.jsonl",
    cases=(
        one(1.2, 1.18, 1.22),
        one(1.001, 0.99, 1.012, size=10_000),
        one(0.5, 0.49, 0.51, paired=True, size=100_000),
    ),
    only_first=(case(size=8),),
    only_second=(case(size=9), case(size=10)),
    notes=("measured on different machines or libraries: fingerprints aa and bb",),
)
DRAWN = """\
first a.jsonl, second b.jsonl; a ratio above 1: the second is slower
measured on different machines or libraries: fingerprints aa and bb

case                            first   second  ratio      interval  verdict
add 1000 numpy cpu float32    1.00 µs  1.20 µs  1.200  1.180..1.220  slower
add 10000 numpy cpu float32   1.00 µs  1.00 µs  1.001  0.990..1.012  can't tell
add 100000 numpy cpu float32  1.00 µs   500 ns  0.500  0.490..0.510  faster

1 case compared block by block: they ran in turns
2 cases compared by medians of processes
only in a.jsonl: add 8 numpy cpu float32
only in b.jsonl: add 9 numpy cpu float32, add 10 numpy cpu float32
"""


def test_a_row_for_each_case_and_notes_below() -> None:
    assert text(comparison_scene(FOUND), width=80) == DRAWN.rstrip("\n")


def test_many_cases_of_one_file_are_counted() -> None:
    many = replace(FOUND, only_first=tuple(case(size=size) for size in range(1, 10)))
    assert "add 3 numpy cpu float32, and 6 cases more" in " ".join(text(comparison_scene(many), width=200).split())


def test_few_processes_are_told() -> None:
    few = RunComparison(first="a", second="b", cases=(one(1.2, 1.1, 1.3, makes=1),))
    told = text(comparison_scene(few), width=80)
    assert "1 case compared by medians of processes; fewer than 3 processes" in told
    assert "\N{MULTIPLICATION SIGN}" not in text(comparison_scene(few), ascii=True)
    assert text(comparison_scene(few), ascii=True).isascii()
