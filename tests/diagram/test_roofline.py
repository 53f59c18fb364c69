from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from support.ceilings import CEILINGS, figure

from tensorlab.bench.record import Case
from tensorlab.diagram.roofline import Placed, Roof, placed, roofline_scene, roofs
from tensorlab.render.figure import Figure
from tensorlab.render.svg import svg
from tensorlab.scene.record import Plot

ROWS = (
    Placed("numpy", "matmul 512", 85.3, 123e9, "62% of compute"),
    Placed("torch", "add 1,000,000", 1 / 12, 3e9, "90% of L3"),
    Placed("list", "add 1,000", 1 / 12, 5e7, "80% of dispatch"),
)


def plot_of(rows: tuple[Placed, ...] = ()) -> Plot:
    (plot,) = (one for one in roofline_scene(CEILINGS, rows).children if isinstance(one, Plot))
    return plot


def test_each_level_has_a_roof_up_to_the_peak() -> None:
    plot = plot_of(ROWS)
    assert [name for name, _ in plot.series] == ["L1", "L2", "L3", "DRAM", "numpy", "torch", "list"]
    for (_, line), roof in zip(plot.series, roofs(CEILINGS), strict=False):
        (left, low), (ridge, peak), (right, last) = (point[:2] for point in line)
        rate = roof.bandwidth
        assert low == pytest.approx(rate * left / 1e9)
        assert [ridge * rate / 1e9, peak, last] == pytest.approx([200, 200, 200])
        assert left < ridge < right
    assert (plot.log, plot.log_x, plot.curves) == (True, True, 4)


def test_levels_that_are_alike_have_one_roof() -> None:
    alike = [replace(one, seconds=(one.amount / 390e9,)) for one in CEILINGS.figures if one.level == "L2"]
    others = [one for one in CEILINGS.figures if one.level != "L2"]
    assert roofs(replace(CEILINGS, figures=(*others, *alike)))[0] == Roof("L1, L2", 400e9)


def test_several_threads_have_roofs_of_their_own() -> None:
    assert roofs(CEILINGS, threads=2)[0] == Roof("L1", 800e9)


def test_the_picture_says_what_it_shows() -> None:
    figure = Figure(CEILINGS, roofline_scene(CEILINGS, ROWS))
    text = figure.text(width=80)
    assert text.startswith("roofline\n10^9 operations/s\n")
    assert "compute 200 GFLOP/s" in text
    assert "the best product of float32 that was seen: oneDNN, packed, 512 rows" in " ".join(text.split())
    assert "add 1,000,000  torch             0.0833  3.00 GFLOP/s  90% of L3" in text
    assert max(map(len, text.splitlines())) <= 80
    assert figure.text(width=80, ascii=True).isascii()
    drawn = svg(roofline_scene(CEILINGS, ROWS))
    assert len(ET.fromstring(drawn)) > 3
    assert drawn.count("<polyline") == 4
    assert drawn == svg(roofline_scene(CEILINGS, ROWS))


def test_without_a_peak_or_bandwidth_that_is_said() -> None:
    text = Figure(CEILINGS, roofline_scene(CEILINGS, dtype="complex64")).text(width=80)
    assert "no roof: no product of complex64 was measured on cpu, or no bandwidth" in text
    assert roofs(replace(CEILINGS, figures=())) == ()


def test_a_row_that_computes_nothing_has_no_place() -> None:
    copy = Case(workload="copy", size=8, unit="elements", backend="torch", device="cpu", dtype="float32", threads=1,
                reads=32, writes=32, flops=0)  # fmt: skip
    assert placed(copy, 1e-6) is None
    assert placed(replace(copy, flops=8), 1e-6) == Placed("torch", "copy 8", 0.125, 8 / 1e-6, "")


def test_the_roofs_of_a_device_are_its_cache_and_its_memory() -> None:
    size = 1 << 20
    copies = [
        figure("copy", "a.copy_(b)", size << n, "B", rate, working_set=size << n, device="cuda:0", clock="wall")
        for n, rate in ((0, 5e12), (4, 5e12), (9, 2.5e12))
    ]
    there = replace(CEILINGS, figures=(*CEILINGS.figures, *copies))
    assert roofs(there, 1, "cuda:0") == (Roof("L2", 5e12), Roof("DRAM", 2.5e12))
