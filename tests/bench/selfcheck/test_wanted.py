from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laboratory import case, header, laboratory, skipped

from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.selfcheck.wanted import penalized, slow_libraries, small_pages
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.bench.record import Case, Skipped

CAPPED = Doubt("OPENBLAS_CORETYPE=Haswell", "old kernels", "unset OPENBLAS_CORETYPE")
OTHER = Doubt("PYTHONMALLOC=debug", "slow", "unset it")
PRODUCT = case(workload="matmul")


def test_where_numpy_multiplies_matrices_the_penalty_is_measured_once() -> None:
    asked: list[tuple[str, Mapping[str, str | None]]] = []

    def ask(probe: str, cured: Mapping[str, str | None]) -> float:
        asked.append((probe, cured))
        return 1.93

    bench = replace(laboratory({}), catalogue=CATALOGUE)
    found = penalized((CAPPED, OTHER), ((case(), PRODUCT),), bench, ask)
    told = "old kernels; penalty: measured 1.93x, beside processes without it"
    assert found == (replace(CAPPED, text=told, penalty=1.93), OTHER)
    assert asked == [("numpy-matmul", {"OPENBLAS_CORETYPE": None})]


@pytest.mark.parametrize(
    "cell", [case(), case(workload="matmul", backend="torch"), skipped("cost", "slow", workload="matmul")]
)
def test_elsewhere_no_process_is_started(cell: Case | Skipped) -> None:
    def ask(probe: str, cured: Mapping[str, str | None]) -> float:
        raise AssertionError((probe, cured))

    bench = replace(laboratory({}), catalogue=CATALOGUE)
    assert penalized((CAPPED,), ((cell,),), bench, ask) == (CAPPED,)


def test_one_of_several_processes_asks_for_all() -> None:
    bench = replace(laboratory({}), catalogue=CATALOGUE, process=1)
    assert penalized((CAPPED,), ((PRODUCT,),), bench) == (CAPPED,)


LARGE = case(backend="torch", writes=2**26)


def test_small_pages_are_told_with_what_they_cost() -> None:
    asked: list[tuple[str, Mapping[str, str | None]]] = []

    def ask(probe: str, cured: Mapping[str, str | None]) -> float:
        asked.append((probe, cured))
        return 4.0

    (doubt,) = small_pages([case(), LARGE], "madvise", {}, ask)
    assert (doubt.code, doubt.penalty, doubt.cure) == ("huge-pages", 4.0, "set THP_MEM_ALLOC_ENABLE=1")
    assert "4.00x as long" in doubt.text
    assert asked == [("torch-add", {"THP_MEM_ALLOC_ENABLE": "1"})]


@pytest.mark.parametrize(
    ("cases", "setting", "environment", "times"),
    [
        ([case(backend="torch")], "madvise", {}, 4.0),
        ([case(backend="numpy", writes=2**26)], "madvise", {}, 4.0),
        ([case(backend="torch", writes=2**26, allocates=False)], "madvise", {}, 4.0),
        ([LARGE], "always", {}, 4.0),
        ([LARGE], None, {}, 4.0),
        ([LARGE], "madvise", {"THP_MEM_ALLOC_ENABLE": "1"}, 4.0),
        ([LARGE], "madvise", {}, 1.02),
        ([LARGE], "madvise", {}, None),
    ],
)
def test_there_is_no_word_of_small_pages_where_they_cost_nothing(
    cases: list[Case], setting: str | None, environment: dict[str, str], times: float | None
) -> None:
    assert small_pages(cases, setting, environment, lambda _probe, _cured: times) == ()


def test_of_libraries_only_the_variables_that_concern_them_are_measured() -> None:
    asked: list[str] = []

    def ask(probe: str, cured: Mapping[str, str | None]) -> float:
        assert len(cured) == 1
        asked.append(probe)
        return 1.9

    variables = (("OPENBLAS_CORETYPE", "Haswell"), ("ATEN_CPU_CAPABILITY", "avx2"), ("CUDA_LAUNCH_BLOCKING", "1"))
    host = replace(header().host, vector=("avx512f",), environment=variables)
    (doubt,) = slow_libraries(frozenset({"numpy", "list"}), host, ask)
    assert (doubt.code, doubt.penalty, asked) == ("OPENBLAS_CORETYPE=Haswell", 1.9, ["numpy-matmul"])
    assert slow_libraries(frozenset({"list"}), host, ask) == ()
