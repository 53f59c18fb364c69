from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.laboratory import FakeDevice, backend, case, double, laboratory

from tensorlab.bench.record import Run, Skipped
from tensorlab.bench.runner import Prepared, largest_error, measure_case, prepare

if TYPE_CHECKING:
    from tensorlab.bench.record import Case


def doubling(name: str, **changes: Any) -> Case:
    usual = {"workload": "double", "size": 8, "reads": 32, "writes": 32, "flops": 8}
    return case(backend=name, **(usual | changes))


def test_a_right_result_is_timed_with_every_raw_value() -> None:
    row = measure_case(doubling("torch"), laboratory({"torch": double}))
    assert isinstance(row, Run)
    assert row.loops >= 1
    assert len(row.wall) >= 1
    assert all(seconds > 0 for seconds in row.wall)
    assert row.first > 0
    assert row.error == 0
    assert row.host == "abc"


def test_a_wrong_result_is_a_row_and_is_never_timed() -> None:
    calls = []

    def wrong(values: Any) -> Any:
        calls.append(1)
        return values * 2.001

    row = measure_case(doubling("torch"), laboratory({"torch": wrong}))
    assert isinstance(row, Skipped)
    assert row.cause == "wrong"
    assert row.reason == "differs from the float64 reference by 0.0005; 1e-06 is allowed"
    assert len(calls) == 1


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda values: values[:-1] * 2, id="shape"),
        pytest.param(lambda values: values * np.nan, id="NaN"),
        pytest.param(lambda values: values * np.inf, id="infinite"),
    ],
)
def test_an_odd_result_is_wrong_too(broken: Any) -> None:
    row = measure_case(doubling("torch"), laboratory({"torch": broken}))
    assert isinstance(row, Skipped)
    assert row.reason.startswith("differs from the float64 reference by inf")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            RuntimeError("out of memory.\n Tried  to allocate"),
            "RuntimeError: out of memory. Tried to allocate",
        ),
        (MemoryError(), "MemoryError"),
        (TypeError("x" * 400), f"TypeError: {'x' * 288}…"),
    ],
)
def test_what_fails_inside_a_case_is_a_row_in_one_line(error: Exception, told: str) -> None:
    def failing(_: Any) -> Any:
        raise error

    row = measure_case(doubling("torch"), laboratory({"torch": failing}))
    assert isinstance(row, Skipped)
    assert (row.cause, row.reason) == ("failed", told)


def test_an_interrupt_is_not_a_failure() -> None:
    def interrupted(_: Any) -> Any:
        raise KeyboardInterrupt("stop")

    with pytest.raises(KeyboardInterrupt, match="stop"):
        measure_case(doubling("torch"), laboratory({"torch": interrupted}))


def test_the_reference_is_computed_once_a_dtype_and_forgotten_with_the_size() -> None:
    seen: list[np.ndarray[Any, Any]] = []

    def reference(values: Any) -> Any:
        seen.append(values)
        return values * 2

    names = {"torch": double, "list": double}
    bench = laboratory(names | {"numpy": reference}, backends={name: backend(name) for name in ("numpy", *names)})
    for name in names:
        assert isinstance(prepare(doubling(name), bench), Prepared)
    assert len(seen) == 1
    prepare(doubling("torch", dtype="float64"), bench)
    assert set(bench.references) == {("double", 8, "float32"), ("double", 8, "float64")}
    prepare(doubling("torch", size=4), bench)
    assert set(bench.references) == {("double", 4, "float32")}


def test_the_reference_is_float64_on_the_rounded_inputs() -> None:
    seen: list[np.ndarray[Any, Any]] = []

    def reference(values: Any) -> Any:
        seen.append(values)
        return values * 2

    prepare(doubling("torch", dtype="float16"), laboratory({"torch": double, "numpy": reference}))
    assert seen[0].dtype == np.float64
    assert np.array_equal(seen[0], seen[0].astype(np.float16).astype(np.float64))


def test_the_device_is_synchronised_around_the_first_call_and_every_block() -> None:
    device = FakeDevice()

    def synchronize(name: str) -> None:
        device.events.append(name)
        device.synchronize()

    def function(values: Any) -> Any:
        device.call()
        return values * 2

    gpu = backend("torch", kinds=("cuda",), synchronize=synchronize)
    bench = laboratory({"torch": function}, backends={"numpy": backend("numpy"), "torch": gpu})
    row = measure_case(doubling("torch", device="cuda"), bench)
    assert isinstance(row, Run)
    assert device.events[:5] == ["cuda", "sync", "call", "cuda", "sync"]
    assert device.events[-(row.loops + 4) :] == ["cuda", "sync", *["call"] * row.loops, "cuda", "sync"]


def test_the_shapes_must_agree() -> None:
    assert largest_error(np.zeros((2, 1)), np.zeros((1, 2))) == np.inf


@pytest.mark.parametrize(
    ("found", "expected", "error"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([], [], 0.0),
        ([np.nan, 1.0], [np.nan, 1.0], 0.0),
        ([np.inf, 1.0], [np.inf, 1.0], 0.0),
        ([np.inf, 1.0], [-np.inf, 1.0], np.inf),
        ([np.nan, 1.0], [0.0, 1.0], np.inf),
        ([0.25, 0.0], [0.0, 0.0], 0.25),
        ([np.inf, 3.0], [np.inf, 4.0], 0.25),
    ],
)
def test_the_largest_error_is_relative_to_the_largest_value(
    found: list[float], expected: list[float], error: float
) -> None:
    assert largest_error(np.array(found), np.array(expected)) == error


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=20))
def test_the_largest_error_is_numpy_s(pairs: list[tuple[float, float]]) -> None:
    found, expected = np.array(pairs).T
    scale = np.abs(expected).max() or 1.0
    with np.errstate(over="ignore"):
        assert largest_error(found, expected) == pytest.approx(np.abs(found - expected).max() / scale)
