from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.laboratory import backend, double, workload

from tensorlab.bench.backends.constant import always
from tensorlab.bench.cases import Selection, distinct_bytes, plan
from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.record import Case, Catalogue, Skipped
from tensorlab.errors import LayoutError, UnknownNameError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import nbytes
from tensorlab.memory.record import Operand

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType

SMALL = Catalogue(
    workloads=(workload(),), implementations={(name, "double"): always(double) for name in ("list", "numpy", "torch")}
)


def only_float64(kind: DType) -> DType:
    return dtype("float64") if kind.kind == "float" else kind


def no_gpu(device: str) -> str:
    return "" if device == "cpu" else f"no {device} here"


BACKENDS = {
    "list": backend("list", computes=only_float64),
    "numpy": backend("numpy", lacks=lambda _, kind: "NumPy lacks it" if kind.name == "bfloat16" else ""),
    "torch": backend("torch", kinds=("cpu", "cuda"), missing=no_gpu),
}


def cells(backends: dict[str, Any] | None = None, **asked: Any) -> list[str]:
    """Every cell in words; a skipped one with its cause."""
    rows = plan(SMALL, Selection(**asked), BACKENDS | (backends or {}))
    return [
        f"{row.case.size} {row.case.backend} {row.case.device} {row.case.dtype}: {row.cause}"
        if isinstance(row, Skipped)
        else f"{row.size} {row.backend} {row.device} {row.dtype}"
        for row in rows
    ]


def refused(backends: dict[str, Any] | None = None, catalogue: Catalogue = SMALL, **asked: Any) -> list[Skipped]:
    rows = plan(catalogue, Selection(**asked), BACKENDS | (backends or {}))
    return [row for row in rows if isinstance(row, Skipped)]


def test_nothing_asked_for_is_everything_and_a_missing_gpu_is_a_row() -> None:
    assert cells() == [
        "4 list cpu float64",
        "4 numpy cpu float32",
        "4 torch cpu float32",
        "4 torch cuda float32: device",
        "8 list cpu float64",
        "8 numpy cpu float32",
        "8 torch cpu float32",
        "8 torch cuda float32: device",
    ]
    assert not any(row.named for row in refused())


def test_a_gpu_that_is_there_is_measured_unasked() -> None:
    torch = backend("torch", kinds=("cpu", "cuda"), devices=lambda: ("cpu", "cuda"))
    assert "4 torch cuda float32" in cells({"torch": torch})


def test_a_named_device_that_is_missing_is_named_in_its_row() -> None:
    assert cells(devices=("cuda",), sizes=(4,)) == ["4 torch cuda float32: device"]
    (row,) = refused(devices=("cuda",), sizes=(4,))
    assert row.named
    assert row.reason == "no cuda here"


def test_what_was_asked_for_is_measured_once() -> None:
    asked = cells(devices=("cpu", "cpu"), sizes=(4, 4), dtypes=("float32", "float64", "float32"), names=("double",) * 2)
    assert asked == [
        "4 list cpu float64",
        "4 numpy cpu float32",
        "4 torch cpu float32",
        "4 numpy cpu float64",
        "4 torch cpu float64",
    ]


def test_a_dtype_that_a_library_lacks_is_a_row() -> None:
    found = cells(devices=("cpu",), sizes=(4,), dtypes=("bfloat16",))
    assert found == ["4 list cpu float64", "4 numpy cpu bfloat16: dtype", "4 torch cpu bfloat16"]


def test_a_dtype_that_the_workload_cannot_check_is_a_row() -> None:
    rows = refused(devices=("cpu",), sizes=(4,), dtypes=("int32",))
    assert [row.reason for row in rows] == [
        "double is checked in float64, float32, float16, bfloat16; not in int32"
    ] * 3


def test_a_workload_that_a_library_lacks_is_a_row() -> None:
    catalogue = Catalogue((workload(),), {("numpy", "double"): always(double)})
    rows = refused(catalogue=catalogue, devices=("cpu",), sizes=(4,))
    assert [row.reason for row in rows] == ["double is not written for list", "double is not written for torch"]
    assert {row.cause for row in rows} == {"backend"}


def test_what_a_library_lacks_it_lacks_at_every_size() -> None:
    catalogue = Catalogue((workload(),), {("numpy", "double"): always(double)})
    rows = refused(catalogue=catalogue, devices=("cpu",), sizes=(1, 10**12))
    assert len(rows) == 5
    assert {row.reason for row in rows if row.cause == "backend"} == {
        "double is not written for list",
        "double is not written for torch",
    }


def test_the_pace_is_asked_of_device_dtype_and_group() -> None:
    asked = []

    def pace(*words: Any) -> float:
        asked.append((words[0], words[1].name, words[2]))
        return 0.0

    assert not refused({"list": backend("list", computes=only_float64, pace=pace)}, devices=("cpu",), sizes=(4,))
    assert asked == [("cpu", "float64", "elementwise")]


@pytest.mark.parametrize(("profile", "limit"), [("quick", "1.00 s"), ("full", "20.0 s")])
def test_what_would_take_too_long_is_a_row_with_the_estimate(profile: str, limit: str) -> None:
    slow = {"list": backend("list", pace=always(1.0))}
    (row,) = refused(slow, devices=("cpu",), sizes=(21,), dtypes=("float32",), profile=profile)
    assert row.reason == f"about 21.0 s a call at 1.00 s an operation; the {profile} profile allows {limit}"
    assert row.cause == "cost"
    assert not refused(
        {"list": backend("list", pace=always(0.04))},
        devices=("cpu",),
        sizes=(21,),
        dtypes=("float32",),
        profile=profile,
    )


def test_what_does_not_fit_is_a_row() -> None:
    full = {"torch": backend("torch", free=always(100))}
    (row,) = refused(full, devices=("cpu",), sizes=(8,), names=("double",))
    assert row.cause == "memory"
    assert row.reason == "needs 352 B; cpu has 100 B free"


def test_a_case_whose_check_does_not_fit_the_host_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.bench.cases.free_memory", lambda: 100)
    there = {"torch": backend("torch", kinds=("cpu", "cuda"), devices=lambda: ("cpu", "cuda"))}
    (row,) = refused(there, devices=("cuda",), sizes=(8,))
    assert row.reason == "its check needs 256 B; the host has 100 B free"


def test_unknown_memory_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.bench.cases.free_memory", lambda: None)
    assert not refused({"torch": backend("torch", free=always(None))}, devices=("cpu",), sizes=(8,))


def test_an_absurd_size_is_a_row_and_nothing_is_allocated() -> None:
    rows = plan(CATALOGUE, Selection(sizes=(10**18,), devices=("cpu",)))
    assert {row.cause for row in rows if isinstance(row, Skipped)} <= {"cost", "backend", "absent"}
    assert not any(isinstance(row, Case) for row in rows)
    assert len(rows) >= 3 * len(CATALOGUE.workloads)
    reasons = {row.reason for row in rows if isinstance(row, Skipped) and row.case.workload == "matmul"}
    assert all(reason.startswith("over 1,000 years a call at ") for reason in reasons)


@pytest.mark.parametrize("size", [10**18 + 1, 10**200, pytest.param(10**5000, id="huge")])
def test_a_size_beyond_that_is_refused(size: int) -> None:
    with pytest.raises(LayoutError, match=r"a size is 10\*\*18 at most; got (1000000000000000001|about 10\*\*\d+)\n"):
        _ = plan(CATALOGUE, Selection(names=("matmul",), sizes=(size,)))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"names": ("dubble",)}, "no workload is called 'dubble'\nhint: did you mean 'double'"),
        ({"devices": ("cudda",)}, "no device is called 'cudda'\nhint: did you mean 'cuda'"),
        ({"devices": ("toaster",)}, "no device is called 'toaster'\nhint: known: cpu, cuda"),
        ({"devices": ("cpu:0",)}, "no device is called 'cpu:0'"),
        ({"devices": ("cuda:",)}, "no device is called 'cuda:'"),
        ({"devices": ("cuda:x",)}, "no device is called 'cuda:x'"),
        ({"devices": ("cuda:-1",)}, "no device is called 'cuda:-1'"),
        ({"devices": ("",)}, "no device is called ''"),
        ({"dtypes": ("flaot32",)}, "no dtype is called 'flaot32'\nhint: did you mean 'float32'"),
    ],
)
def test_an_unknown_name_is_refused_before_anything_is_measured(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        plan(SMALL, Selection(**asked), BACKENDS)


@pytest.mark.parametrize("asked", [{"sizes": (0,)}, {"sizes": (8, -1)}, {"threads": 0}])
def test_counts_below_one_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(LayoutError, match=r"of 1 or more.*; got"):
        plan(SMALL, Selection(**asked), BACKENDS)


def test_a_device_may_have_a_number() -> None:
    assert cells(devices=("cuda:1",), sizes=(4,)) == ["4 torch cuda:1 float32: device"]


@pytest.mark.parametrize("name", [workload.name for workload in CATALOGUE.workloads])
def test_the_bytes_of_a_case_are_those_of_its_operands(name: str) -> None:
    rows = plan(CATALOGUE, Selection(names=(name,), sizes=(8,), devices=("cpu",), dtypes=("float32",)))
    found = next(row for row in rows if isinstance(row, Case) and row.backend == "torch")
    spec = next(workload for workload in CATALOGUE.workloads if workload.name == name)
    assert found.reads == sum(nbytes(operand.layout) for operand in spec.operands(8, dtype("float32")))
    assert found.unit == spec.unit


def test_an_axis_that_repeats_bytes_reads_them_once_and_no_elements_read_none() -> None:
    assert distinct_bytes(Operand(Layout((1000, 3), (0, 4), itemsize=4), dtype("float32"), 12)) == 12
    assert distinct_bytes(Operand(Layout((0, 3), (0, 4), itemsize=4), dtype("float32"), 0)) == 0


def test_more_threads_than_eight_a_processor_are_refused() -> None:
    with pytest.raises(LayoutError, match=r"threads at most.*; got 100000"):
        plan(SMALL, Selection(threads=100_000), BACKENDS)
