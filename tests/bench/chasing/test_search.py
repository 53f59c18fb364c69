from __future__ import annotations

import pytest

from tensorlab.bench.chasing.record import Trial
from tensorlab.bench.chasing.search import search


def model(fixed: float, each: float, doubt: float = 1.02):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a function of a size
    asked = []

    def trial(size: int) -> Trial:
        asked.append(size)
        ratio = (fixed + size * each) / size
        return Trial(size=size, ratio=ratio, low=ratio / doubt, high=ratio * doubt)

    trial.asked = asked  # type: ignore[attr-defined]  # to be looked at
    return trial


@pytest.mark.parametrize("turn", [2, 28, 262_144])
def test_the_size_at_which_one_overtakes_lies_in_the_interval(turn: int) -> None:
    trial = model(turn / 2, 0.5)
    found = search(trial, 1, 2**23)
    assert found.size is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= turn <= found.high * 1.1
    assert found.size == pytest.approx(turn, rel=0.11, abs=1)
    assert len(trial.asked) == len(set(trial.asked)) < 24


def test_more_doubt_is_a_wider_interval() -> None:
    sure, unsure = (search(model(500, 0.5, doubt), 1, 10**6) for doubt in (1.001, 1.2))
    assert sure.low is not None and sure.high is not None and unsure.low is not None and unsure.high is not None  # noqa: PT018 - one matter
    assert unsure.low < sure.low <= sure.high < unsure.high


def test_always_and_never() -> None:
    assert search(model(0, 0.5), 1, 1000)[:3] == (1, 1, 1)
    assert search(model(0, 2.0), 1, 1000)[:3] == (None, None, None)


def test_one_lucky_size_is_no_overtaking() -> None:
    def trial(size: int) -> Trial:
        ratio = 0.9 if size == 16 else 2.0
        return Trial(size=size, ratio=ratio, low=ratio, high=ratio)

    assert search(trial, 1, 1000).size is None
