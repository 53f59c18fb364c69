from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.timing import FakeClock

from tensorlab.bench.pairing import measuring
from tensorlab.bench.pairing.measuring import Plan, measured
from tensorlab.bench.selfcheck.surroundings import Signs

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET = Signs(1.0, 0.0, 1e-3)


@pytest.fixture(autouse=True)
def signs(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What the machine does meanwhile."""

    def surrounded(*looks: Signs) -> None:
        found = iter(looks)
        monkeypatch.setattr(measuring, "signs", lambda: next(found))

    surrounded(QUIET, QUIET)
    return surrounded


def test_a_difference_of_calls_made_once_is_told_and_under_5_percent_not_claimed() -> None:
    clock = FakeClock()
    prepare = {"a": clock.contender("a", 1e-4), "b": clock.contender("b", 1.04e-4), "c": clock.contender("c", 2e-4)}
    found = measured(prepare, Plan(0.05, read=clock.read))
    assert {(one.of, one.to): one.verdict for one in found.ratios} == {
        ("b", "a"): "can't tell",
        ("c", "a"): "slower",
        ("c", "b"): "slower",
    }
    (doubt,) = found.doubts
    assert (doubt.code, doubt.cure) == ("one-make", "give functions that make the calls, with fresh=True")
    assert doubt.text.startswith("b / a: a difference under 5%")


def test_fresh_calls_are_made_eight_times_and_may_claim_less() -> None:
    clock = FakeClock()
    prepare = {"a": clock.contender("a", 1e-4), "b": clock.contender("b", 1.04e-4)}
    found = measured(prepare, Plan(0.05, fresh=True, read=clock.read))
    assert clock.made.count("a") == 8
    assert (found.ratios[0].verdict, found.fresh, found.doubts) == ("slower", True, ())


def test_threads_that_waited_are_told_by_name_beside_one_thread(signs: Callable[..., None]) -> None:
    clock = FakeClock()
    signs(QUIET, QUIET._replace(wall=2.0, queued=0.7))
    times = iter([1e-3] * 40)

    def call() -> None:
        clock.now += next(times, 1e-4)  # the later ones are those of one thread

    found = measured({"a": lambda: call}, Plan(0.02, threads=2, read=clock.read))
    assert found.clock == "wall"
    (doubt,) = found.doubts
    assert doubt.code == "oversubscribed"
    assert doubt.text.startswith("a: oversubscribed: other programs run, and threads waited for a processor 70%")
    assert doubt.penalty is not None
    assert doubt.penalty > 1


def test_a_slower_processor_is_told(signs: Callable[..., None]) -> None:
    clock = FakeClock()
    signs(QUIET, QUIET._replace(wall=2.0, pace=1.5e-3))
    found = measured({"a": clock.contender("a", 1e-4)}, Plan(0.01, read=clock.read))
    assert [one.code for one in found.doubts] == ["throttled"]
