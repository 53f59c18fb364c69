from __future__ import annotations

from dataclasses import replace

from support.ceilings import CEILINGS, figure

from tensorlab.diagram.ceilings import bandwidth_plot, ceilings_scene, memory_table, product_table
from tensorlab.memory.record import Doubt
from tensorlab.render.figure import Figure

MEMORY = """\
memory, GB/s
level  holds   with       read  copy  triad
L1     32 KiB  1 thread    400   400    400
L2     1 MiB   1 thread    200   200    200
L3     32 MiB  1 thread    100   100    100
DRAM           1 thread   40.0  40.0   40.0
L1     32 KiB  2 threads   800   800    800
L2     1 MiB   2 threads   400   400    400
L3     32 MiB  2 threads   100   100    100
DRAM           2 threads  40.0  40.0   40.0
"""
PRODUCTS = """\
products of matrices, 10^9 operations/s
dtype     library  by                        1 thread  2 threads  of the best
float32   torch    torch.mm, 512 rows             100          -          50%
float32   torch    oneDNN, packed, 512 rows       200        390         100%
bfloat16  torch    torch.mm, 512 rows             400          -         100%
"""


def drawn(ceilings: object = CEILINGS, **how: object) -> str:
    assert ceilings is not None
    return Figure(ceilings, ceilings_scene(ceilings)).text(**{"width": 80, **how})  # type: ignore[arg-type]  # by name


def test_the_tables_of_a_machine() -> None:
    text = drawn()
    assert text.startswith("tensorlab ceilings\nfingerprint 0123456789ab; torch 2.0, numpy 2.0; measured ")
    assert MEMORY in text
    assert PRODUCTS in text
    assert "4.00 ns  an element" in text
    assert "python   new pages, first touch of each  2.00 GB/s  4,096 page faults" in text


def test_no_line_is_wider_and_ascii_is_ascii() -> None:
    assert max(map(len, drawn().splitlines())) <= 80
    assert drawn(ascii=True).isascii()


def test_doubts_and_notes_are_said() -> None:
    doubted = replace(CEILINGS, doubts=(Doubt("busy", "something runs", "stop it"),), notes=("kept since May",))
    text = drawn(doubted)
    assert "doubt: something runs; stop it" in text
    assert text.rstrip().endswith("kept since May")


def test_the_plot_has_the_working_sets_in_their_order() -> None:
    plot = bandwidth_plot(CEILINGS)
    assert [name for name, _ in plot.series] == [
        "read, 1 thread",
        "copy, 1 thread",
        "triad, 1 thread",
        "copy, 2 threads",
    ]
    assert [place for place, *_ in plot.series[0][1]] == [16, 512, 16384, 262144]
    assert (plot.log, plot.log_x, plot.curves) == (True, True, 3)


def test_a_device_has_sections_of_its_own() -> None:
    more = (
        figure("transfer", "host to device, page-locked", 2.0**26, "B", 50e9, device="cuda:0"),
        figure("copy", "a.copy_(b)", 2.0**29, "B", 2e12, device="cuda:0", working_set=2**29),
        figure("compute", "torch.mm, 8,192 rows", 2.0 * 8192**3, "FLOP", 50e12, device="cuda:0", dtype="float32"),
        figure("dispatch", "torch.add(a, b, out=c)", 1.0, "call", 1 / 4e-6, device="cuda:0"),
    )
    text = drawn(replace(CEILINGS, figures=(*CEILINGS.figures, *more)))
    assert "cuda:0: bytes\nwhat                           at best\nhost to device, page-locked  50.0 GB/s" in text
    assert "copy on it, 512 MiB          2.00 TB/s" in text
    assert "torch    torch.mm, 8,192 rows    50,000         100%" in text
    assert "cuda:0: asking it" in text


def test_nothing_measured_has_no_rows() -> None:
    empty = replace(CEILINGS, figures=())
    assert memory_table(empty).rows == product_table(empty).rows == ()
    assert "tensorlab ceilings" in drawn(replace(empty, threads=1))
