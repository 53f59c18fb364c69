from __future__ import annotations

from pathlib import Path

import pytest

from tensorlab.bench.offload import clocks
from tensorlab.bench.offload.record import Clocks

SCRIPT = """#!/bin/sh
case "$*" in
  *clocks_event_reasons*) echo "Field is not valid" >&2; exit 2 ;;
  *"-i GPU-1"*) echo "1410, 1980, 0x0000000000000004" ;;
  *) exit 6 ;;
esac
"""


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An nvidia-smi of an older driver."""
    path = tmp_path / "nvidia-smi"
    path.write_text(SCRIPT)
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


@pytest.mark.usefixtures("tool")
def test_the_older_word_is_tried_too() -> None:
    assert clocks.nvidia_clocks("GPU-1") == Clocks(mhz=1410, most=1980, reasons=4)
    assert clocks.nvidia_clocks("GPU-2") is None


def test_without_the_tool_nobody_tells(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert clocks.nvidia_clocks("GPU-1") is None


@pytest.mark.parametrize("line", ["", "1, 2", "[N/A], 1980, 0x0", "1410, 1980, ?", "-3, 0, 0x0"])
def test_what_is_no_clock_is_none(line: str) -> None:
    assert clocks.parsed(line) is None


def test_nothing_is_ever_set() -> None:
    """The tool is asked for what it reads; no word that changes a clock occurs."""
    assert all(word.endswith(".active") for word in clocks.QUERIES)
    source = Path(clocks.__file__).read_text("utf-8")
    assert not [word for word in ("--lock", "-lgc", "--applications-clocks", "-ac") if word in source]
