from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from support.laboratory import backend, case, double, laboratory

from tensorlab.bench.checking import MOST_SETS, Prepared, bound, objection, place, prepare, sets, wrong
from tensorlab.bench.record import Skipped

if TYPE_CHECKING:
    from tensorlab.bench.record import Case


def doubling(**changes: Any) -> Case:
    usual = {"workload": "double", "backend": "torch", "size": 8, "reads": 32, "writes": 32, "flops": 8}
    return case(**(usual | changes))


def ready(one: Case, bench: Any) -> Prepared:
    found = prepare(one, bench)
    assert isinstance(found, Prepared)
    return found


def test_a_case_is_placed_run_once_and_found_right() -> None:
    bench = laboratory({"torch": double})
    found = ready(doubling(), bench)
    assert found.error == 0
    assert found.first >= 0
    assert np.array_equal(np.asarray(found.expected), 2 * np.asarray(found.arguments[0]))
    assert objection(doubling(), found, bench) == ""


def test_operands_of_another_make_have_the_same_values_at_another_address() -> None:
    bench = laboratory({"torch": double})
    one, other = (np.asarray(place(doubling(), bench)[0]) for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.shares_memory(one, other)


def test_cold_operands_take_turns() -> None:
    seen: list[int] = []

    def watching(values: Any) -> Any:
        seen.append(values.ctypes.data)
        return values * 2

    bench = laboratory({"torch": watching})
    bench.cache = 32
    one = doubling(cache="cold")
    call = bound(one, ready(one, bench), bench, anew=False)
    seen.clear()
    for _ in range(8):
        call()
    assert len(set(seen)) == sets(one, 32) == 4
    assert seen[:4] == seen[4:]


def test_warm_operands_are_the_same_each_call() -> None:
    bench = laboratory({"torch": double})
    found = ready(doubling(), bench)
    call, later = (bound(doubling(), found, bench, anew=anew) for anew in (False, True))
    assert isinstance(call, partial)
    assert isinstance(later, partial)
    assert call.args == found.arguments
    assert later.args[0] is not found.arguments[0]


@pytest.mark.parametrize(
    ("reads", "cache", "count"), [(1_000, 1_000, 4), (10**9, 1_000, 2), (1, 10**9, MOST_SETS), (0, 8, 32)]
)
def test_so_many_sets_that_no_cache_holds_them(reads: int, cache: int, count: int) -> None:
    assert sets(case(reads=reads), cache) == count


def test_a_result_that_is_there_is_written_into() -> None:
    outs: list[Any] = []

    def doubled(values: Any, out: Any = None) -> Any:
        outs.append(out)
        return np.multiply(values, 2, out=out)

    bench = laboratory({"torch": doubled}, backends={"numpy": backend(), "torch": backend("torch", into={"double"})})
    one = doubling(allocates=False)
    call = bound(one, ready(one, bench), bench, anew=False)
    outs.clear()
    first, second = call(), call()
    assert first is second is outs[0] is outs[1]


def test_a_wrong_case_is_a_row() -> None:
    bench = laboratory({"torch": double})
    bench.process = 2
    row = wrong(doubling(), "because", bench)
    assert isinstance(row, Skipped)
    assert (row.cause, row.reason, row.process) == ("wrong", "because", 2)
