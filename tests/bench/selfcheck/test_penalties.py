from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.selfcheck import penalties
from tensorlab.bench.selfcheck.penalties import penalty
from tensorlab.process.record import Failed, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Mapping[str, str | None]]]:
    """Answers in their order; what each process was given."""

    def answering(*answers: Told | Failed) -> list[Mapping[str, str | None]]:
        found: list[Mapping[str, str | None]] = []
        left = iter(answers)

        def ask(module: str, probe: str, *, timeout: float, changes: Mapping[str, str | None]) -> Told | Failed:
            assert (module, probe, timeout) == ("tensorlab.bench.selfcheck.probe", "python", 60.0)
            found.append(changes)
            return next(left)

        penalties._penalty.cache_clear()
        monkeypatch.setattr(penalties, "ask", ask)
        return found

    return answering


def told(seconds: float) -> Told:
    return Told({"seconds": seconds})


def test_the_fastest_of_each_kind_in_turns_on_one_thread(asked: Callable[..., list[Mapping[str, str | None]]]) -> None:
    given = asked(told(4.0), told(1.5), told(3.0), told(2.0))
    assert penalty("python", {"PYTHONMALLOC": None}) == pytest.approx(2.0)
    assert ["PYTHONMALLOC" in changes for changes in given] == [False, True, False, True]
    assert all(changes["OMP_NUM_THREADS"] == "1" for changes in given)
    assert penalty("python", {"PYTHONMALLOC": None}) == pytest.approx(2.0), "it is measured once"


@pytest.mark.parametrize("answers", [[Failed("no")] * 4, [Told({})] * 4, [told(1.0), Failed("no")] * 2])
def test_without_an_answer_there_is_no_penalty(
    asked: Callable[..., list[Mapping[str, str | None]]], answers: list[Told | Failed]
) -> None:
    asked(*answers)
    assert penalty("python", {"PYTHONMALLOC": None}) is None
