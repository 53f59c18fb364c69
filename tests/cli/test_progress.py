from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from tensorlab.cli.progress import progress_bar
from tensorlab.progress import Progress

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_drawn_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as watch:
        watch(Progress("add", 1, 2))
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_a_bar_on_stderr_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    with progress_bar() as watch:
        watch(Progress("matmul 512", 1, 2))
        watch(Progress("[bold]odd[/x]", 2, 2))
    assert "matmul 512" in terminal.getvalue() or "odd" in terminal.getvalue()
    assert "2/2" in terminal.getvalue()
    assert capsys.readouterr().out == ""
