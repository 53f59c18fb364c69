"""Two files of made-up runs: what is found, what is not, and what is told beside it."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from support.laboratory import case, header, run, skipped

from tensorlab.bench.record import Run
from tensorlab.bench.store import Loaded
from tensorlab.bench.two_files.verdicts import compared, middle
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from typing import Any

    from tensorlab.bench.two_files.record import RunComparison


def noisy(seconds: float, process: int, *, seed: int = 0, noise: float = 0.02, **changes: Any) -> Run:
    """24 blocks of one process around that time a call; the process itself is off by a tenth of the noise."""
    random = Random(f"{seed} {process}")
    middle = seconds * random.lognormvariate(0, noise / 10)
    wall = tuple(10 * middle * random.lognormvariate(0, noise) for _ in range(24))
    repeat = tuple(n // 8 for n in range(24))
    return replace(run(**changes), wall=wall, process=process, round=tuple(range(24)), repeat=repeat)


def file(seconds: float, processes: int = 3, **options: Any) -> Loaded:
    return Loaded(header(), tuple(noisy(seconds, n, **options) for n in range(processes)), truncated=False)


def beside(first: Loaded, second: Loaded) -> RunComparison:
    return compared(("a.jsonl", first), ("b.jsonl", second))


def test_a_planted_slow_down_is_found_and_fails() -> None:
    found = beside(file(1e-6), file(1.2e-6, seed=1))
    (one,) = found.cases
    assert one.ratio.value == pytest.approx(1.2, rel=0.02)
    assert one.ratio.low > 1.05
    assert one.verdict == "slower"
    assert found.above(1.05) == (one,)
    assert found.above(1.3) == ()
    assert str(one).startswith("add 1000 numpy cpu float32: 1.")
    assert str(one).endswith(": slower")


def test_the_other_way_round_it_is_faster_and_does_not_fail() -> None:
    found = beside(file(1.2e-6, seed=1), file(1e-6))
    assert [one.verdict for one in found.cases] == ["faster"]
    assert found.above(1.05) == ()


def test_noise_is_not_found() -> None:
    verdicts = [beside(file(1e-6), file(1e-6, seed=seed)).cases[0].verdict for seed in range(1, 41)]
    assert verdicts.count("can't tell") >= 36
    assert not any(beside(file(1e-6), file(1e-6, seed=seed)).above(1.05) for seed in range(1, 41))


@pytest.mark.parametrize("processes", [1, 2])
def test_fewer_than_three_processes_never_fail(processes: int) -> None:
    found = beside(file(1e-6, processes), file(3e-6, processes, seed=1))
    assert [one.verdict for one in found.cases] == ["slower"]
    assert found.above(1.05) == ()
    assert found.too_few() == found.cases


def test_three_processes_of_one_file_and_one_of_the_other_never_fail() -> None:
    assert beside(file(1e-6, 3), file(3e-6, 1, seed=1)).above(1.05) == ()
    assert beside(file(1e-6, 1), file(3e-6, 3, seed=1)).above(1.05) == ()


def test_one_process_that_is_not_above_the_bound_saves_it() -> None:
    slow = file(1.2e-6, 3, seed=1)
    mixed = slow._replace(rows=(*slow.rows[:2], noisy(1.04e-6, 2, seed=1)))
    assert beside(file(1e-6), slow).above(1.05)
    assert beside(file(1e-6), mixed).above(1.05) == ()


def test_a_small_difference_in_one_process_cannot_be_told() -> None:
    found = beside(file(1e-6, 1, noise=0.001), file(1.04e-6, 1, seed=1, noise=0.001))
    assert [one.verdict for one in found.cases] == ["can't tell"]
    found = beside(file(1e-6, 3, noise=0.001), file(1.04e-6, 3, seed=1, noise=0.001))
    assert [one.verdict for one in found.cases] == ["slower"]


def test_blocks_that_ran_in_turns_are_compared_pair_by_pair() -> None:
    weather = [Random(7).lognormvariate(0, 0.5) for _ in range(24)]
    rows = [
        replace(
            run(),
            wall=tuple(1e-5 * factor * disturbed for disturbed in weather),
            process=process,
            together=f"session.{process}.1",
            round=tuple(range(24)),
            repeat=tuple(n // 8 for n in range(24)),
        )
        for factor in (1.0, 1.1)
        for process in range(3)
    ]
    found = beside(
        Loaded(header(), tuple(rows[:3]), truncated=False), Loaded(header(), tuple(rows[3:]), truncated=False)
    )
    (one,) = found.cases
    assert one.ratio.paired
    assert (one.ratio.low, one.ratio.high) == pytest.approx((1.1, 1.1))
    assert found.above(1.05) == (one,)
    apart = [replace(row, together=f"{row.together}{number}") for number, row in enumerate(rows)]
    found = beside(
        Loaded(header(), tuple(apart[:3]), truncated=False), Loaded(header(), tuple(apart[3:]), truncated=False)
    )
    assert not found.cases[0].ratio.paired


def test_a_file_beside_itself_is_equal() -> None:
    found = beside(file(1e-6), file(1e-6))
    assert str(found) == "add 1000 numpy cpu float32: 1 [1, 1]: can't tell"


def test_what_only_one_file_has_is_told() -> None:
    first = file(1e-6)._replace(rows=(run(), run(size=8)))
    second = file(1e-6)._replace(rows=(run(), run(backend="torch"), skipped("failed", "why", size=8)))
    found = beside(first, second)
    assert found.only_first == (case(size=8),)
    assert found.only_second == (case(backend="torch"),)
    assert len(found.cases) == 1


def test_files_without_a_common_case_are_refused() -> None:
    with pytest.raises(LayoutError, match=r"a\.jsonl and b\.jsonl have no case in common that was measured"):
        beside(file(1e-6), file(1e-6, size=8))
    with pytest.raises(LayoutError, match="no case in common"):
        beside(file(1e-6), file(1e-6)._replace(rows=(skipped("failed", "why"),)))


def test_other_machines_and_cut_files_are_told() -> None:
    second = Loaded(replace(header(), fingerprint="ffff"), file(1e-6).rows, truncated=True)
    assert beside(file(1e-6), second).notes == (
        "measured on different machines or libraries: fingerprints 0123456789ab and ffff",
        "the last line of b.jsonl was cut off, and is left out",
    )


def test_an_older_file_has_the_wall_alone_so_both_are_compared_by_it() -> None:
    new = file(1e-6)
    runs = (row for row in new.rows if isinstance(row, Run))
    rows = tuple(replace(row, clock="cpu", cpu=tuple(block / 2 for block in row.wall)) for row in runs)
    (one,) = beside(file(1e-6), new._replace(rows=rows)).cases
    assert one.clock == "wall"
    assert one.ratio.value == pytest.approx(1.0)


def test_times_of_nothing_are_left_out_and_told() -> None:
    nothing = Loaded(header(), (run(0.0), run(size=8)), truncated=False)
    some = Loaded(header(), (run(), run(2e-6, size=8)), truncated=False)
    found = beside(nothing, some)
    assert [one.case.size for one in found.cases] == [8]
    assert found.notes == ("1 case left out: a median of 0 s has no ratio",)


def test_the_middle_is_of_the_clock_that_counts() -> None:
    assert middle(run(1e-6)) == pytest.approx(1e-6)
    assert middle(replace(run(1e-6), clock="cpu", cpu=(1e-5,) * 5)) == pytest.approx(1e-6)
    assert middle(replace(run(1e-6), wall=(1e-5, 3e-5), cpu=())) == pytest.approx(2e-6)


def test_few_runs_of_another_suite_say_less() -> None:
    elsewhere: dict[str, Any] = {
        "unit": "calls",
        "size": 1,
        "backend": "pytest-benchmark",
        "device": "-",
        "dtype": "-",
        "threads": 0,
    }
    found = beside(file(1e-6, 1, **elsewhere), file(1.2e-6, 1, seed=1, **elsewhere))
    assert [one.verdict for one in found.cases] == ["can't tell"]
    assert found.notes == ("1 case of another suite in fewer than 3 processes: the interval holds 30% more",)
    assert beside(file(1e-6, 1, **elsewhere), file(2e-6, 1, seed=1, **elsewhere)).cases[0].verdict == "slower"
    found = beside(file(1e-6, **elsewhere), file(1.2e-6, seed=1, **elsewhere))
    assert ([one.verdict for one in found.cases], found.notes) == (["slower"], ())
