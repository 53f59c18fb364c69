from __future__ import annotations

from dataclasses import replace

import pytest
from support.laboratory import run, skipped

from tensorlab.bench.allocation import faults_a_call, page_faults
from tensorlab.bench.backends.constant import always
from tensorlab.bench.record import Run

PAGES = 16_384
LARGE = {"size": 2**24, "reads": 2**27, "writes": PAGES * 4096}


def faulting(seconds: float, faults: int, **changes: object) -> Run:
    return replace(run(seconds, **(LARGE | changes)), faults=(10 * faults,) * 5)


def test_a_result_that_is_made_anew_says_its_page_faults_and_the_ratio_to_out() -> None:
    rows = page_faults((faulting(6e-3, PAGES), faulting(1e-3, 0, allocates=False)))
    assert all(isinstance(row, Run) for row in rows)
    (doubt,) = rows[0].doubts if isinstance(rows[0], Run) else ()
    assert doubt.code == "page-faults"
    assert doubt.text.startswith(
        "16,384 page faults a call: the result is allocated anew each time; 6.00x the time of out="
    )
    assert doubt.penalty == pytest.approx(6.0)
    assert doubt.cure == "write into a result that is there: out="
    assert rows[1] == faulting(1e-3, 0, allocates=False)


def test_without_a_twin_the_faults_alone_are_told() -> None:
    (row,) = page_faults((faulting(6e-3, PAGES),))
    assert isinstance(row, Run)
    assert row.doubts[0].penalty is None
    assert row.doubts[0].text == "16,384 page faults a call: the result is allocated anew each time"


def test_a_twin_of_another_library_or_dtype_says_nothing() -> None:
    rows = page_faults((faulting(6e-3, PAGES), faulting(1e-3, 0, allocates=False, backend="torch")))
    assert isinstance(rows[0], Run)
    assert rows[0].doubts[0].penalty is None


def test_what_has_no_out_is_not_told_to_use_it() -> None:
    for writing, cure in ((True, "write into a result that is there: out="), (False, "")):
        (row,) = page_faults((faulting(6e-3, PAGES),), always(writing))
        assert isinstance(row, Run)
        assert row.doubts[0].cure == cure


@pytest.mark.parametrize(
    "row",
    [
        faulting(1e-3, PAGES // 4),
        faulting(1e-3, PAGES, device="cuda"),
        faulting(1e-3, PAGES, allocates=False),
        faulting(1e-3, 16, writes=2**16),
        run(),
    ],
)
def test_few_faults_a_device_and_small_results_say_nothing(row: Run) -> None:
    assert page_faults((row,)) == (row,)


def test_rows_without_a_time_pass() -> None:
    rows = (skipped("cost", "slow"),)
    assert page_faults(rows) == rows
    assert faults_a_call(run()) == 0.0
