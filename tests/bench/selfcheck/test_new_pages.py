from __future__ import annotations

from dataclasses import replace

import pytest
from support.timing import blocks

from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.selfcheck.new_pages import FREE, PageCost, new_pages_doubt, page_cost

PAGE = PageCost(1e-6, 4096)


def readings(*pairs: tuple[float, int]) -> list[Reading]:
    return [Reading(0.0, cpu, cpu, 0, faults) for cpu, faults in pairs]


def test_a_page_costs_what_the_first_touch_takes_more_than_the_second() -> None:
    once = readings((0.0, 0), (0.5, 100), (0.5, 100), (0.6, 100))
    left = iter(once * 3)
    cost = page_cost(lambda: next(left))
    assert cost.faults == 100
    assert cost.seconds == pytest.approx(0.004)


def test_where_nobody_counts_faults_a_page_costs_nothing() -> None:
    left = iter(readings((0.0, 0), (0.5, 0), (0.5, 0), (0.6, 0)) * 3)
    assert page_cost(lambda: next(left)) == FREE


def test_a_call_that_is_page_faults_says_so() -> None:
    given = replace(blocks("a", [10e-3] * 4, loops=2), faults=(4000,) * 4)
    (doubt,) = new_pages_doubt(given, "cpu", PAGE)
    assert doubt.code == "page-faults"
    assert doubt.penalty == pytest.approx(1 / (1 - 0.4))
    assert doubt.text.startswith(
        "2,000 page faults a call: memory is taken from the system anew each time; measured 1."
    )
    assert "1.67x as long as in memory that is there" in doubt.text
    assert "out=" in doubt.cure


def test_what_costs_more_than_all_of_the_call_is_most_of_it() -> None:
    given = replace(blocks("a", [1e-3] * 4), faults=(4000,) * 4)
    (doubt,) = new_pages_doubt(given, "cpu", PAGE)
    assert doubt.penalty == pytest.approx(20.0)


@pytest.mark.parametrize(("faults", "seconds"), [(100, 1e-4), (300, 1.0), (0, 1e-3), (4000, 0.0)])
def test_a_few_pages_or_such_as_cost_nothing_are_not_told(faults: int, seconds: float) -> None:
    assert new_pages_doubt(replace(blocks("a", [seconds] * 4), faults=(faults,) * 4), "cpu", PAGE) == ()
