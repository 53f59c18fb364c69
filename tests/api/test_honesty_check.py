from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.api.honesty_check import check_honesty
from tensorlab.bench.honesty import trials
from tensorlab.bench.honesty.record import Honesty

if TYPE_CHECKING:
    from tensorlab.bench.honesty.trials import Subjects, Trying

EMPTY = Honesty(trials=(), gates=(), busy=3, seconds=1.0)


@pytest.mark.parametrize(("quick", "seconds"), [(False, trials.FULL), (True, trials.QUICK)])
def test_it_is_made_on_one_thread_with_what_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    quick: bool,  # noqa: FBT001 - a row of the table
    seconds: float,
) -> None:
    asked: list[tuple[float, int, int, list[str]]] = []

    def fake(subjects: Subjects, trying: Trying, _watch: object) -> Honesty:
        asked.append((trying.seconds, trying.seed, torch.get_num_threads(), list(subjects.quiet)))
        return EMPTY

    monkeypatch.setattr(trials, "honesty", fake)
    assert check_honesty(quick=quick, seed=5) is EMPTY
    ((found, seed, threads, quiet),) = asked
    assert (found, seed, threads) == (seconds, 5, 1)
    assert {"NumPy matmul 512", "torch matmul 512"} <= set(quiet)
