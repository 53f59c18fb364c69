from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laboratory import case, laboratory, skipped

from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.selfcheck.wanted import penalized
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
    assert found == (replace(CAPPED, text="old kernels; a penalty of 1.93x, measured without it", penalty=1.93), OTHER)
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
