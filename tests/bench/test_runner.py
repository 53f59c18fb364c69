from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from support.ceilings import limits
from support.laboratory import FakeDevice, backend, case, double, laboratory

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.table import BACKENDS
from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.checking import Prepared, prepare
from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.record import Catalogue, Run, Skipped
from tensorlab.bench.runner import measure_group

if TYPE_CHECKING:
    from tensorlab.bench.laboratory import Laboratory
    from tensorlab.bench.record import Case


def measure_case(case: Case, laboratory: Laboratory) -> Run | Skipped:
    """Alone, without anything beside it."""
    (row,) = measure_group((case,), laboratory)
    return row


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
    assert [len(values) for values in seen] == [16, 8]  # compared with lists once, then the reference
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
    assert device.events[-(row.loops + 7) : -3] == ["cuda", "sync", *["call"] * row.loops, "cuda", "sync"]
    assert device.events[-3:] == ["call", "cuda", "sync"]
    assert row.clock == "wall"


def test_an_implementation_that_is_right_once_only_gets_no_time() -> None:
    calls = []

    def tired(values: Any) -> Any:
        calls.append(1)
        return values * (2 if len(calls) == 1 else 0)

    row = measure_case(doubling("torch"), laboratory({"torch": tired}))
    assert isinstance(row, Skipped)
    assert row.cause == "wrong"
    told = "its first result is right; one after the timing differs from the float64 reference by 1; 1e-06 is allowed"
    assert row.reason == told


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_an_implementation_that_changes_its_operand_gets_no_time(kind: str) -> None:
    def destroying(values: Any) -> Any:
        values *= 2
        return values

    with np.errstate(over="ignore"):
        row = measure_case(doubling("torch", dtype=kind), laboratory({"torch": destroying}))
    assert isinstance(row, Skipped)
    assert (row.cause, row.reason) == ("wrong", "its calls change operand 1: each must find what the first one found")


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("library", ["list", "numpy", "torch"])
def test_a_library_that_adds_in_place_is_found_out_and_the_others_are_not_blamed(library: str, kind: str) -> None:
    def in_list(first: list[float], second: list[float]) -> list[float]:
        first[:] = [x + y for x, y in zip(first, second, strict=True)]
        return first

    spoilt: dict[str, Any] = {
        "list": in_list,
        "numpy": lambda first, second: np.add(first, second, out=first),
        "torch": lambda first, second: first.add_(second),
    }
    bench = real({library: spoilt[library]})
    for name in ("list", "numpy", "torch"):
        row = measure_case(adding(name, "float64" if name == "list" else kind), bench)
        if name == library:
            assert isinstance(row, Skipped)
            assert row.reason.startswith("its calls change operand 1")
        else:
            assert isinstance(row, Run), row


@pytest.mark.parametrize(("missing", "who"), [("", "lists and torch agree"), ("torch", "plain Python floats speak")])
def test_a_wrong_numpy_is_what_is_wrong_and_not_the_others(missing: str, who: str) -> None:
    bench = real({"numpy": lambda first, second: first + second * 1.5}, missing)
    row = measure_case(adding("numpy", "float32"), bench)
    assert isinstance(row, Skipped)
    assert row.cause == "wrong"
    assert row.reason.endswith(f"; the reference is not NumPy's, which is wrong: {who} against it")
    for name in {"list", "torch"} - {missing}:
        assert isinstance(measure_case(adding(name, "float64"), bench), Run)


def test_a_wrong_list_does_not_make_numpy_wrong() -> None:
    bench = real({"list": lambda first, second: [x - y for x, y in zip(first, second, strict=True)]})
    row = measure_case(adding("list", "float64"), bench)
    assert isinstance(row, Skipped)
    assert "not NumPy's" not in row.reason
    assert isinstance(measure_case(adding("numpy", "float32"), bench), Run)


def test_a_clock_that_stands_still_is_a_row() -> None:
    bench = laboratory({"torch": double})
    bench.read = lambda: Reading(0.0, 0.0, 0.0, 0, 0)
    row = measure_case(doubling("torch"), bench)
    assert isinstance(row, Skipped)
    assert row.cause == "failed"
    assert row.reason == "UnavailableError: the clock stands still: 1 blocks took 0 s by it"


def real(changed: dict[str, Any], missing: str = "") -> Laboratory:
    """The libraries themselves, with the addition of some of them changed and one of them missing."""
    changes = {(name, "add"): always(function) for name, function in changed.items()}
    table = {key: value for key, value in {**CATALOGUE.implementations, **changes}.items() if key[0] != missing}
    return replace(laboratory({}), catalogue=Catalogue(CATALOGUE.workloads, table), backends=BACKENDS)


def adding(name: str, kind: str) -> Case:
    return case(backend=name, size=64, dtype=kind)


def test_without_ceilings_no_row_is_judged() -> None:
    row = measure_case(doubling("torch"), laboratory({"torch": double}))
    assert isinstance(row, Run)
    assert (row.ceiling, row.part) == ("", 0.0)


def test_a_row_below_its_ceiling_is_measured_once() -> None:
    room = laboratory({"torch": double})
    room.ceilings = limits(faster=1e6)
    row = measure_case(doubling("torch"), room)
    assert isinstance(row, Run)
    assert row.ceiling == "dispatch"
    assert 0 < row.part < 0.1
    assert room.groups == 1
    assert row.doubts == ()


def test_a_row_above_its_ceiling_is_measured_again_with_all_beside_it_and_then_marked() -> None:
    room = laboratory({"numpy": double, "torch": double})
    room.ceilings = limits(faster=1e-6)
    rows = measure_group((doubling("numpy"), doubling("torch")), room)
    assert room.groups == 2
    assert {row.together for row in rows if isinstance(row, Run)} == {".0.2"}
    for row in rows:
        assert isinstance(row, Run)
        assert row.part > 1.05
        assert [one.code for one in row.doubts] == ["ceiling-doubtful"]


def test_a_case_that_was_wrong_is_not_measured_again() -> None:
    def failing(values: Any) -> Any:
        calls.append(1)
        return values * 2 if len(calls) == 1 else values * 3

    calls: list[int] = []
    room = laboratory({"numpy": double, "torch": failing})
    room.ceilings = limits(faster=1e-6)
    fine, wrong = measure_group((doubling("numpy"), doubling("torch")), room)
    assert isinstance(fine, Run)
    assert isinstance(wrong, Skipped)
    assert wrong.cause == "wrong"


def test_cold_operands_are_judged_by_where_all_of_them_lie() -> None:
    room = laboratory({"torch": double})
    room.ceilings = limits(faster=1.0)
    room.cache = 2**24
    row = measure_case(doubling("torch", size=2**18, reads=2**20, writes=2**20, cache="cold"), room)
    assert isinstance(row, Run)
    assert row.ceiling == "DRAM"


def test_a_product_twice_above_the_peak_raises_it_for_the_rows_after() -> None:
    room = laboratory({})
    room.catalogue = Catalogue(
        workloads=tuple(one for one in CATALOGUE.workloads if one.name == "matmul"),
        implementations={key: one for key, one in CATALOGUE.implementations.items() if key[1] == "matmul"},
    )
    room.backends = {name: BACKENDS[name] for name in ("numpy", "torch")}
    room.ceilings = before = limits(faster=1e-6)
    asked = case(workload="matmul", backend="torch", size=256, reads=2**19, writes=2**18, flops=2**25)
    first, second = measure_case(asked, room), measure_case(asked, room)
    assert isinstance(first, Run)
    assert isinstance(second, Run)
    assert first.ceiling == "compute"
    assert "ceiling-doubtful" in {one.code for one in first.doubts}
    (seen,) = room.ceilings.figures[len(before.figures) :]
    assert (seen.kind, seen.probe) == ("compute", "bench matmul, 256")
    assert second.ceiling != "compute"  # it was raised to what this machine does; the other figures were not
