from __future__ import annotations

from typing import TYPE_CHECKING

from support.teams import CREW, PRODUCT, STEP, TRANSFER

from tensorlab.distributed.journal import ROWS, Journal, RankState, rows, rows_size, states

if TYPE_CHECKING:
    from pathlib import Path


def test_steps_and_last_words(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 1)
    journal.begin("one")
    journal.begin("two")
    journal.failed(ValueError("first line\nsecond"))
    none, state = states(tmp_path, 2)
    assert none == RankState()
    assert (state.steps, state.step, state.error) == (2, "two", "ValueError: first line")
    assert state.pid is not None
    assert state.at > 0


def test_an_error_without_words(tmp_path: Path) -> None:
    Journal(tmp_path, 0).failed(KeyboardInterrupt())
    assert states(tmp_path, 1)[0].error == "KeyboardInterrupt"


def test_rows_come_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 0)
    before = rows_size(tmp_path)
    for row in (CREW, TRANSFER, PRODUCT, STEP):
        journal.keep(row)
        assert rows_size(tmp_path) > before
        before = rows_size(tmp_path)
    assert rows(tmp_path) == [CREW, TRANSFER, PRODUCT, STEP]


def test_what_a_dying_rank_left_unfinished_is_no_row(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 0)
    journal.keep(TRANSFER)
    with (tmp_path / ROWS).open("a", encoding="utf-8") as file:
        file.write('[1]\n{"crew": 3}\n{"crew": {"ranks')
    assert rows(tmp_path) == [TRANSFER]
