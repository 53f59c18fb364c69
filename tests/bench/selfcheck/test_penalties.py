from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.selfcheck import penalties
from tensorlab.bench.selfcheck.penalties import penalty
from tensorlab.process.record import Failed, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., list[Mapping[str, str | None]]]:
    """Answers in their order; what each process was given."""

    def answering(*answers: Told | Failed) -> list[Mapping[str, str | None]]:
        found: list[Mapping[str, str | None]] = []
        left = iter(answers)

        def ask(module: str, probe: str, *, timeout: float, changes: Mapping[str, str | None]) -> Told | Failed:
            assert (module, probe, timeout) == ("tensorlab.bench.selfcheck.probe", "python", 60.0)
            found.append(changes)
            return next(left)

        penalties._penalty.cache_clear()
        monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(penalties, "ask", ask)
        return found

    return answering


def told(seconds: float) -> Told:
    return Told({"seconds": seconds})


def test_the_fastest_of_each_kind_in_turns_on_one_thread(asked: Callable[..., list[Mapping[str, str | None]]]) -> None:
    given = asked(told(4.0), told(1.5), told(3.0), told(2.0), *[told(5.0)] * 4)
    assert penalty("python", {"PYTHONMALLOC": None}) == pytest.approx(2.0)
    assert ["PYTHONMALLOC" in changes for changes in given] == [False, True] * 4
    assert all(changes["OMP_NUM_THREADS"] == "1" for changes in given)
    assert penalty("python", {"PYTHONMALLOC": None}) == pytest.approx(2.0), "it is measured once"


@pytest.mark.parametrize("answers", [[Failed("no")] * 8, [Told({})] * 8, [told(1.0), Failed("no")] * 4])
def test_without_an_answer_there_is_no_penalty(
    asked: Callable[..., list[Mapping[str, str | None]]], answers: list[Told | Failed]
) -> None:
    asked(*answers)
    assert penalty("python", {"PYTHONMALLOC": None}) is None


def test_what_was_measured_is_kept_for_the_machine(asked: Callable[..., list[Mapping[str, str | None]]]) -> None:
    given = asked(told(4.0), told(1.5), told(3.0), told(2.0), *[told(5.0)] * 4)
    assert penalty("python", {"PYTHONMALLOC": None}) == pytest.approx(2.0)
    penalties._penalty.cache_clear()
    assert penalty("python", {"PYTHONMALLOC": None}) == pytest.approx(2.0)
    assert len(given) == 8


def test_a_folder_that_cannot_be_written_keeps_nothing(
    asked: Callable[..., list[Mapping[str, str | None]]], tmp_path: Path
) -> None:
    given = asked(*[told(4.0), told(2.0)] * 8)
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    assert penalty("python", {"PYTHONMALLOC": None}) == pytest.approx(2.0)
    penalties._penalty.cache_clear()
    assert penalty("python", {"PYTHONMALLOC": None}) == pytest.approx(2.0)
    assert len(given) == 16


def test_work_of_torch_is_asked_of_its_own_module(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(module: str, probe: str, *, timeout: float, changes: Mapping[str, str | None]) -> Failed:
        assert (probe, timeout, len(changes) >= 3) == ("torch-mm", 60.0, True)
        asked.append(module)
        return Failed("no")

    penalties._penalty.cache_clear()
    monkeypatch.setattr(penalties, "ask", ask)
    assert penalty("torch-mm", {"X": None}) is None
    assert set(asked) == {"tensorlab.bench.selfcheck.torch_probe"}
