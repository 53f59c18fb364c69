from __future__ import annotations

import pytest
from support.laboratory import run

from tensorlab.bench.comparison import figures, seconds_a_call


def test_rates_follow_from_the_median() -> None:
    (row,) = figures([run(1e-6)])
    assert row.time.value == pytest.approx(1e-6)
    assert row.spread == pytest.approx(0.1)
    assert row.bandwidth is not None
    assert row.bandwidth.value == pytest.approx(12_000 / 1e-6)
    assert row.rate is not None
    assert row.rate.value == pytest.approx(1000 / 1e-6)
    assert seconds_a_call(row.run)[0] == pytest.approx(0.8e-6)


def test_nothing_computed_has_no_rate() -> None:
    (row,) = figures([run(flops=0)])
    assert row.rate is None


def test_above_one_is_faster_than_numpy() -> None:
    rows = figures([run(1e-5, backend="list", dtype="float64"), run(1e-6), run(5e-7, backend="torch")])
    assert [round(row.speedup or 0, 6) for row in rows] == [0.1, 1.0, 2.0]


def test_the_same_dtype_is_compared_with_where_numpy_has_it() -> None:
    numpy_64, numpy_32 = run(2e-6, dtype="float64"), run(1e-6)
    rows = figures([run(1e-5, backend="list", dtype="float64"), numpy_32, numpy_64, run(backend="torch")])
    assert [row.base for row in rows] == ["float64", "float32", "float64", "float32"]


def test_another_dtype_of_numpy_is_compared_with_where_that_is_all_there_is() -> None:
    rows = figures(
        [run(1e-5, backend="list", dtype="float64"), run(1e-6), run(1e-6, backend="torch", dtype="bfloat16")]
    )
    assert [row.base for row in rows] == ["float32"] * 3


@pytest.mark.parametrize("change", [{"size": 8}, {"workload": "mul"}, {"threads": 2}])
def test_another_size_workload_or_thread_count_is_never_compared_with(change: dict[str, object]) -> None:
    _, other = figures([run(1e-6), run(1e-6, backend="torch", **change)])
    assert other.speedup is None
    assert other.base == ""


def test_a_median_of_0_has_no_rates() -> None:
    none, beside = figures([run(0.0), run(1e-6, backend="torch")])
    assert (none.bandwidth, none.rate, none.spread) == (None, None, 0.0)
    assert beside.speedup is None
