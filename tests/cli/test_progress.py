from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

import pytest

from tensorlab.cli.progress import BAR, SELDOM, plain_bar, progress_bar, progress_lines, rough
from tensorlab.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """``drawn(Progress(...))``: what a terminal of 80 columns shows last, without the codes that colour it."""
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "NO_COLOR": ""}.items():
        monkeypatch.setenv(name, value)

    def draw(*steps: Progress) -> str:
        terminal = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", terminal)
            with progress_bar() as watch:
                for step in steps:
                    watch(step)
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())
        return [line for line in re.split(r"[\r\n]+", plain) if line.strip()][-1]

    return draw


def test_nothing_is_drawn_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as watch:
        watch(Progress("add", 1, 2))
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_a_bar_on_stderr_only(drawn: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> None:
    shown = drawn(Progress("matmul 512", 1, 2), Progress("[bold]odd[/x]", 2, 2))
    assert "2/2" in shown
    assert "[bold]odd[/x]" in shown
    assert capsys.readouterr().out == ""


def test_before_the_first_step_is_known_it_says_that_it_loads(drawn: Callable[..., str]) -> None:
    assert "0/?" in drawn()
    assert "loading" in drawn()


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_label_does_not_move_what_stands_before_it(
    drawn: Callable[..., str], monkeypatch: pytest.MonkeyPatch, no_color: str
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    starts = {drawn().index("loading")}
    for label in ("x", "alexnet 64 torch cuda:1 bfloat16", "y" * 200):
        for step in (Progress(label, 3, 128), Progress(label, 0, 1)):
            shown = drawn(step)
            starts.add(shown.index(label[:20]))
            assert len(shown.rstrip()) <= 80
    assert len(starts) == 1


def test_without_colour_the_empty_part_is_seen(drawn: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert drawn(Progress("add", 1, 4)).startswith("#####" + "-" * 15)


@pytest.mark.parametrize(
    ("done", "total", "filled"), [(0, 0, 0), (0, 3, 0), (1, 3, 6), (3, 3, BAR), (10**9 - 1, 10**9, BAR - 1)]
)
def test_a_bar_without_colour_is_full_only_at_the_end(done: int, total: int, filled: int) -> None:
    assert plain_bar(done, total) == "#" * filled + "-" * (BAR - filled)


def test_a_log_gets_a_line_every_few_seconds_with_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([0.0, SELDOM - 0.1, SELDOM, SELDOM + 1, 20.0, 40.0])
    watch = progress_lines(now=moments.__next__)
    for done in (0, 1, 1, 2, 2, 4):
        watch(Progress(f"step {done}", done, 4))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == ("1 of 4 done, about 15 s left: step 1\n2 of 4 done, about 20 s left: step 2\n4 of 4 done in 40 s\n")


def test_before_anything_is_done_the_time_spent_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([0.0, 70.0])
    watch = progress_lines(now=moments.__next__)
    watch(Progress("alexnet", 0, 4))
    watch(Progress("alexnet", 0, 4))
    assert capsys.readouterr().err == "0 of 4 done, 1 min 10 s so far: alexnet\n"


def test_what_ends_before_the_first_line_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([0.0, 9.0])
    watch = progress_lines(now=moments.__next__)
    watch(Progress("add", 0, 4))
    watch(Progress("done", 4, 4))
    assert capsys.readouterr() == ("", "")


def test_lines_are_for_whoever_asks_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(lines=True) as watch:
        watch(Progress("add", 1, 2))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("seconds", "words"), [(59.6, "1 min 0 s"), (3599.4, "59 min 59 s"), (7260, "2 h 1 min")])
def test_time_is_told_as_people_say_it(seconds: float, words: str) -> None:
    assert rough(seconds) == words
