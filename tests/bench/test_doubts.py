from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.laboratory import case

from tensorlab.bench.doubts import concerns, doubts, oversubscription
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from tensorlab.bench.record import Group


def codes(backend: str, group: Group, *, threads: int = 1, controlled: bool = True, set_to: str = "") -> list[str]:
    warnings = tuple(
        Doubt(f"{name}={set_to}", "slow") for name in ("OPENBLAS_CORETYPE", "CUDA_LAUNCH_BLOCKING") if set_to
    )
    found = doubts(case(backend=backend, threads=threads), group, usable=2, controlled=controlled, warnings=warnings)
    return [doubt.code for doubt in found]


def test_a_quiet_case_has_none() -> None:
    assert codes("numpy", "matmul") == []


@pytest.mark.parametrize("group", ["matmul", "network"])
def test_a_capped_blas_is_said_where_numpy_multiplies_matrices(group: Group) -> None:
    assert codes("numpy", group, set_to="Haswell") == ["OPENBLAS_CORETYPE=Haswell"]
    assert codes("numpy", group, controlled=False) == ["blas-threads"]


@pytest.mark.parametrize(("backend", "group"), [("torch", "matmul"), ("list", "matmul"), ("numpy", "elementwise")])
def test_nobody_else_is_concerned(backend: str, group: Group) -> None:
    assert codes(backend, group, controlled=False, set_to="Haswell") == []


@pytest.mark.parametrize(
    ("name", "backend", "group", "concerned"),
    [
        ("PYTHONDEVMODE", "list", "elementwise", True),
        ("PYTHONDEVMODE", "numpy", "elementwise", False),
        ("ATEN_CPU_CAPABILITY", "torch", "elementwise", True),
        ("ATEN_CPU_CAPABILITY", "torch", "matmul", False),
        ("MKL_ENABLE_INSTRUCTIONS", "torch", "matmul", True),
        ("NPY_DISABLE_CPU_FEATURES", "numpy", "reduction", True),
        ("MALLOC_PERTURB_", "torch", "elementwise", True),
    ],
)
def test_each_variable_is_told_to_whom_it_concerns(name: str, backend: str, group: Group, *, concerned: bool) -> None:
    warning = Doubt(f"{name}=x", "slow")
    assert concerns(warning, case(backend=backend), group) is concerned
    assert not concerns(warning, case(backend=backend, device="cuda"), group)


def test_memory_that_is_filled_costs_only_those_who_ask_for_it() -> None:
    assert not concerns(Doubt("MALLOC_PERTURB_=1", "slow"), case(allocates=False), "elementwise")


def test_more_threads_than_processors_are_said() -> None:
    assert codes("torch", "reduction", threads=3) == ["oversubscribed"]
    assert codes("torch", "reduction", threads=2) == []


def test_a_single_processor_is_told_as_one() -> None:
    (doubt,) = oversubscription(2, usable=1)
    assert (doubt.text, doubt.cure) == ("2 threads on 1 usable processor", "measure with --threads 1")
