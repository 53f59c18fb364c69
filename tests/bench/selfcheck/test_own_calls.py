from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laboratory import header
from support.timing import MEASURED, blocks

from tensorlab.bench.pairing.counters import Reading, read
from tensorlab.bench.selfcheck.own_calls import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = replace(header().host, vector=("avx512f",), environment=(("OPENBLAS_CORETYPE", "Haswell"),))
LARGE = replace(
    MEASURED, blocks=(replace(blocks("a", [20e-3] * 4), faults=(10_000,) * 4), blocks("b", [1e-3] * 4)), ratios=()
)


def never(probe: str, cured: Mapping[str, str | None]) -> float:
    raise AssertionError((probe, cured))


def codes(host: object = HOST, *libraries: str, given: object = MEASURED) -> list[str]:
    found = checked(given, frozenset(libraries), host, read, lambda _probe, _cured: 4.0)  # type: ignore[arg-type]  # records
    return [one.code for one in found.doubts]


def test_variables_are_told_of_libraries_that_are_loaded_alone() -> None:
    assert codes(HOST, "numpy") == ["OPENBLAS_CORETYPE=Haswell"]
    assert checked(MEASURED, frozenset({"torch"}), HOST, read, never) == MEASURED


def test_more_threads_than_processors_are_told() -> None:
    assert codes(HOST, given=replace(MEASURED, threads=3)) == ["oversubscribed"]


@pytest.mark.parametrize(
    ("libraries", "pages", "told"),
    [
        (("torch",), "madvise", ["page-faults", "huge-pages"]),
        (("numpy",), "madvise", ["OPENBLAS_CORETYPE=Haswell", "page-faults"]),
        (("torch",), "always", ["page-faults"]),
    ],
)
def test_new_pages_are_told_of_the_call_that_touches_them(
    libraries: tuple[str, ...], pages: str, told: list[str]
) -> None:
    left = iter(
        [Reading(0.0, cpu, cpu, 0, faults) for cpu, faults in ((0, 0), (1e-2, 10_000), (1e-2, 10_000), (1e-2, 10_000))]
        * 3
    )
    host = replace(HOST, huge_pages=pages)
    found = checked(LARGE, frozenset(libraries), host, lambda: next(left), lambda _probe, _cured: 4.0)
    assert [one.code for one in found.doubts] == told
    (faults,) = [one for one in found.doubts if one.code == "page-faults"]
    assert faults.text.startswith("a: 10,000 page faults a call")
    assert faults.penalty == pytest.approx(2.0)
