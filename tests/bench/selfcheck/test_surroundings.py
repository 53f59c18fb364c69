from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.selfcheck.surroundings import Signs, crowding, fixed_work, look, queued, slowed

if TYPE_CHECKING:
    from pathlib import Path


def test_what_all_threads_waited_is_added_up(tmp_path: Path) -> None:
    for thread, line in {"7": "10 2000000000 3", "8": "10 500000000 1"}.items():
        (tmp_path / thread).mkdir()
        (tmp_path / thread / "schedstat").write_text(f"{line}\n", encoding="ascii")
    assert queued(tmp_path) == pytest.approx(2.5)


def test_a_thread_that_ends_meanwhile_is_left_out_and_nothing_known_is_none(tmp_path: Path) -> None:
    assert queued(tmp_path) is None
    assert queued(tmp_path / "absent") is None
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "schedstat").write_text("", encoding="ascii")
    assert queued(tmp_path) is None
    (tmp_path / "7" / "schedstat").write_text("1 1000000000 2", encoding="ascii")
    (tmp_path / "8" / "schedstat").mkdir(parents=True)
    assert queued(tmp_path) == pytest.approx(1.0)


def test_a_look_reads_all_three(tmp_path: Path) -> None:
    first, second = (look(tmp_path, lambda: 2e-3) for _ in range(2))
    assert (first.queued, first.pace) == (None, 2e-3)
    assert second.wall >= first.wall
    assert 0 < fixed_work() < 1


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        (Signs(0, 1.0, 1), Signs(4, 3.0, 1), 0.5),
        (Signs(0, None, 1), Signs(4, 3.0, 1), 0.0),
        (Signs(0, 1.0, 1), Signs(4, None, 1), 0.0),
        (Signs(4, 1.0, 1), Signs(4, 3.0, 1), 0.0),
        (Signs(0, 3.0, 1), Signs(4, 1.0, 1), 0.0),  # a thread ended, and took its seconds with it
    ],
)
def test_waiting_is_a_share_of_the_time_between(before: Signs, after: Signs, share: float) -> None:
    assert crowding(before, after) == share


def test_a_slower_processor_is_a_doubt_with_its_penalty_and_a_cure() -> None:
    start = Signs(0, None, 1e-3)
    assert slowed(start, Signs(1, None, 1.1e-3)) == ()
    assert slowed(Signs(0, None, 0.0), Signs(1, None, 1.0)) == ()
    (doubt,) = slowed(start, Signs(1, None, 1.3e-3))
    assert doubt.code == "throttled"
    assert doubt.penalty == pytest.approx(1.3)
    assert "1.30x" in doubt.text
    assert doubt.cure
