from __future__ import annotations

import pytest
from support.laboratory import run
from support.reports import TIMES, chases, measured

from tensorlab.page.report.crossing import (
    chase_charts,
    curves_by_workload,
    every_crossing,
    marks_of,
    rounded,
    time_charts,
)
from tensorlab.page.report.rows import gathered


def test_sizes_at_which_two_change_places() -> None:
    found = every_crossing(gathered(measured()))
    by_names = {(one.first, one.second): one for one in found["add", 1]}
    assert set(by_names) == {("numpy", "torch"), ("list", "torch"), ("list", "numpy")} & set(by_names) | {
        ("numpy", "torch")
    }
    for (first, second), one in by_names.items():
        (call, each), (other_call, other_each) = TIMES[first], TIMES[second]
        truth = (other_call - call) / (each - other_each)
        assert truth / 4 < one.size < truth * 4
        assert one.low < one.size < one.high
    assert str(by_names["numpy", "torch"]).startswith("torch overtakes numpy at about ")


def test_two_that_do_not_stay_in_place_are_told_from_the_last_size_on() -> None:
    seconds = {8: (1e-6, 2e-6), 64: (2e-6, 1e-6), 512: (1e-6, 3e-6), 4096: (4e-6, 1e-6)}
    rows = [
        run(time, backend=backend, size=size)
        for size, pair in seconds.items()
        for backend, time in zip(("numpy", "torch"), pair, strict=True)
    ]
    (one,) = every_crossing(gathered(rows))["add", 1]
    assert 512 < one.size < 4096
    assert (one.first, one.second, one.low, one.high) == ("numpy", "torch", 512, 4096)


def test_what_is_not_certain_on_both_sides_is_not_told() -> None:
    seconds = {8: (1e-6, 2e-6), 64: (1.01e-6, 1e-6)}
    rows = [
        run(time, backend=backend, size=size)
        for size, pair in seconds.items()
        for backend, time in zip(("numpy", "torch"), pair, strict=True)
    ]
    assert every_crossing(gathered(rows)) == {}


def test_one_size_crosses_nothing() -> None:
    rows = gathered([run(backend=backend) for backend in ("numpy", "torch")])
    assert every_crossing(rows) == {}
    assert time_charts(rows.figures, {}, 9) == ()


def test_a_plot_for_each_workload_and_no_more_than_asked() -> None:
    rows = gathered(
        [
            run(size * 1e-9, workload=name, backend=backend, size=size)
            for name in ("add", "mul", "div")
            for size in (8, 64)
            for backend in ("numpy", "torch")
        ]
    )
    assert [chart.workload for chart in time_charts(rows.figures, {}, 2)] == ["add", "mul"]
    chart = time_charts(rows.figures, {}, 9)[0]
    assert [curve.name for curve in chart.curves] == ["numpy", "torch"]
    assert chart.curves[0].points[0].told == "numpy, 8 elements: 8.00 ns, 10% under 6.72 ns"
    assert chart.x.marks == (8, 64)


def test_another_dtype_is_said() -> None:
    rows = gathered([run(backend="list", dtype="float64", size=size) for size in (8, 64)])
    assert list(curves_by_workload(rows.figures)["add", 1]) == ["list"]
    both = gathered(
        [
            *(run(backend="list", dtype="float64", size=size) for size in (8, 64)),
            *(run(backend="numpy", size=size) for size in (8, 64)),
        ]
    )
    (chart,) = time_charts(both.figures, {}, 9)
    assert [curve.name for curve in chart.curves] == ["list float64", "numpy"]


def test_plots_of_what_was_chased() -> None:
    add, order = chase_charts(chases())
    assert [curve.name for curve in add.curves] == ["list", "numpy"]
    assert add.notes == ("NumPy overtakes list at 28 elements [24, 32]",)
    assert order.curves[0].points[0].told == "1,000,000 elements: 7x [6.9, 7.2]"


@pytest.mark.parametrize(("places", "kept"), [([1, 8, 64], (1, 8, 64)), ([1, 1000, 1001], ()), ([5], ())])
def test_marks_of_an_axis(places: list[int], kept: tuple[int, ...]) -> None:
    assert marks_of(places) == kept


def test_sizes_in_three_digits() -> None:
    assert [rounded(size) for size in (0.4, 1.0, 261_944.0)] == [1, 1, 262_000]
