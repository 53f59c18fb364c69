from __future__ import annotations

from support.ceilings import limits
from support.laboratory import run
from support.reports import layers, measured, strides

from tensorlab.page.report.plots import MOST_MARKS, layer_bars, network_charts, rooflines, stride_charts
from tensorlab.page.report.rows import gathered


def test_rows_under_the_roofs_that_were_measured() -> None:
    (chart,) = [one for one in rooflines(gathered(measured()).figures, limits()) if "float32, 1 thread" in one.title]
    roofs = [curve for curve in chart.curves if not curve.marks]
    assert len(roofs) >= 3
    assert chart.words[-1].text.startswith("peak ")
    assert any("DRAM" in word.text for word in chart.words)
    top = max(point.y for curve in roofs for point in curve.points)
    signs = [point for curve in chart.curves if curve.marks for point in curve.points]
    assert all(point.y <= top for point in signs)
    assert "add 1,000 elements: 1.25 GFLOP/s" in next(point.told for point in signs if "numpy, add 1,000" in point.told)


def test_without_ceilings_it_says_how_to_get_them() -> None:
    chart = rooflines(gathered(measured()).figures, None)[0]
    assert all(curve.marks for curve in chart.curves)
    assert "tensorlab ceilings --json > ceilings.json" in chart.notes[-1]


def test_many_rows_are_thinned_and_it_is_said() -> None:
    rows = gathered([run(size * 1e-9, size=size, flops=size) for size in range(1, 2 * MOST_MARKS + 2)])
    chart = rooflines(rows.figures, None)[0]
    assert sum(len(curve.points) for curve in chart.curves) <= MOST_MARKS
    assert "of 801 rows are drawn" in chart.notes[0]


def test_what_computes_nothing_has_no_place() -> None:
    assert rooflines(gathered([run(flops=0)]).figures, limits()) == ()


def test_strides_measured_beside_predicted() -> None:
    (chart,) = stride_charts(strides())
    assert [curve.name for curve in chart.curves] == [
        "numpy, measured", "numpy, predicted", "torch, measured", "torch, predicted",
    ]  # fmt: skip
    assert chart.notes == ("4 of 6 predictions are within 30% of what was measured, over the libraries",)
    told = chart.curves[0].points[2].told
    assert told == "numpy sum, stride 4: 4.00 ns an element, predicted 2.00 ns, 252 lines, 4 pages"
    assert [round(point.y, 9) for point in chart.curves[1].points] == [1.0, 2.0, 2.0]


def test_images_a_second() -> None:
    (chart,) = network_charts(gathered(measured()).figures)
    assert [point.y for point in chart.curves[0].points] == [100.0, 100.0]
    assert "8 images in 80.0 ms, 100 images/s" in chart.curves[0].points[1].told
    assert network_charts(gathered([run()]).figures) == ()


def test_a_bar_for_each_layer() -> None:
    bars = layer_bars(layers())
    assert len(bars.bars) == 22
    assert bars.bars[0].name == "features.0 conv"
    assert bars.bars[0].text == "1.00 ms, 0%"
    assert bars.notes[0] == "the whole pass by itself: 250 ms; 1 round"
