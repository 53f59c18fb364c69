from __future__ import annotations

from support.laboratory import case

from tensorlab.bench.record import UNTOLD, Standing
from tensorlab.bench.two_files.record import Compared, RunComparison, told


def one(low: float, each: tuple[float, ...]) -> Compared:
    def ratio(low: float) -> Standing:
        return Standing(value=low + 0.01, low=low, high=low + 0.02, paired=False, pairs=3, makes=3)

    whole, by_process = ratio(low), tuple(map(ratio, each))
    return Compared(
        case=case(), first=1e-6, second=1e-6, ratio=whole, by_process=by_process, verdict=whole.verdict, clock="cpu"
    )


def test_above_a_bound_as_a_whole_and_in_three_processes() -> None:
    assert one(1.06, (1.06, 1.06, 1.06)).exceeds(1.05)
    assert one(1.06, (1.06, 1.04, 1.06, 1.06)).exceeds(1.05)
    assert not one(1.06, (1.06, 1.04, 1.06)).exceeds(1.05)
    assert not one(1.06, (1.06, 1.06)).exceeds(1.05)
    assert not one(1.04, (1.06, 1.06, 1.06)).exceeds(1.05)


def test_which_are_above_and_which_can_never_be() -> None:
    slow, few = one(1.2, (1.2, 1.2, 1.2)), one(1.2, (1.2,))
    found = RunComparison(first="a", second="b", cases=(slow, few))
    assert found.above(1.05) == (slow,)
    assert found.too_few() == (few,)
    line = "add 1000 numpy cpu float32: 1.21 [1.2, 1.22]: slower"
    assert str(found) == f"{line}\n{line}"


def test_cases_in_words() -> None:
    assert told(case()) == "add 1000 numpy cpu float32"
    assert told(case(allocates=False, cache="cold", threads=2)) == "add 1000 numpy cpu float32 out= cold 2 threads"
    foreign = case(
        workload="t.py::test_sort", size=1, unit="calls", backend="x", device=UNTOLD, dtype=UNTOLD, threads=0
    )
    assert told(foreign) == "t.py::test_sort"
    assert told(case(workload="a.py:f", size=1, unit="calls", backend="own")) == "a.py:f own cpu"
