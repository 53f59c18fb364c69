from __future__ import annotations

import threading

import pytest

from tensorlab.bench.ceilings.team import Team


def test_all_work_at_once_each_so_many_times() -> None:
    barrier = threading.Barrier(2, timeout=20)
    seen: list[int] = []

    def work() -> None:
        barrier.wait()  # passes only where both are there at once
        seen.append(threading.get_ident())

    with Team(2) as team:
        team.together([work, work], times=3)()
    assert len(seen) == 6
    assert len(set(seen)) == 2


def test_what_a_thread_raises_is_raised() -> None:
    def fails() -> None:
        raise ValueError("in a thread")

    with Team(2) as team, pytest.raises(ValueError, match="in a thread"):
        team.together([lambda: None, fails])()
