"""Captures by tools, each in a process of its own: how one ends, and what a row says of it."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from support.probe import ROOT, run_python

from benchmarks.capture_peers import HEADER, attempt, both, judged, line, main, table
from benchmarks.capturing.cases import CASES, WARM_UP, Chain
from benchmarks.capturing.child import captured
from benchmarks.capturing.record import Counted, Row, Tool
from benchmarks.capturing.tools import TOOLS

if TYPE_CHECKING:
    import torch
    from torch import nn

    from benchmarks.capturing.record import Case

OURS = TOOLS[0]
ROW = Row("torchviz", "AlexNet", raised=False)
FOUND = json.dumps({"seconds": 0.5, "counted": {"nodes": 41, "edges": 40, "saved": "-"}})


@pytest.mark.parametrize(
    ("printed", "code", "seconds", "failure"),
    [
        (f"{FOUND}\nfreed\n", 0, 0.5, ""),
        (f"chatter\n{FOUND}\n", -11, 0.5, "SIGSEGV"),
        ("", -11, None, "SIGSEGV"),
        ("", 1, None, "exit 1"),
        ('{"raised": "RecursionError"}\nfreed\n', 0, None, "RecursionError"),
        ('{"raised": "RecursionError"}\n', -11, None, "RecursionError"),
        ('{"absent": "No module"}\nfreed\n', 0, None, "not installed"),
    ],
)
def test_how_a_process_ended_is_told(printed: str, code: int, seconds: float | None, failure: str) -> None:
    row = judged(ROW, printed, code)
    assert (row.seconds, row.failure) == (seconds, failure)


def test_rows_of_the_table() -> None:
    rows = [
        Row("tensorlab.graph", "AlexNet", raised=False, seconds=0.001, counted=Counted(41, 40, "3,139,072")),
        Row("torchviz", "AlexNet", raised=True, seconds=2.5, counted=Counted(58), failure="SIGSEGV"),
        Row("agviz", "AlexNet", raised=False, failure="RecursionError"),
    ]
    assert [*table(rows)] == [
        "",
        "AlexNet",
        HEADER,
        "tensorlab.graph      default    1.00 ms    1.00x        41       40     3,139,072",
        "torchviz             raised      2.50 s    2500x        58        -             -  then SIGSEGV",
        "agviz                default  RecursionError",
        "",
        "then: captured, and the process died when the graph was freed",
    ]
    assert line(rows[0], None).split()[3:5] == ["ms", "-"]


def test_ours_captures_in_a_process_of_its_own() -> None:
    row = attempt(OURS, WARM_UP, seconds=60, gigabytes=16)
    assert row.failure == ""
    assert row.counted == Counted(4, 3, "0")


def test_a_tool_that_takes_too_long_is_stopped() -> None:
    assert attempt(OURS, WARM_UP, seconds=0.05, gigabytes=0).failure == "more than 0.05 s"


def test_a_tool_that_is_not_there_is_a_row_that_says_so() -> None:
    viz = next(tool for tool in TOOLS if tool.name == "torchviz")
    (row,) = both(viz, WARM_UP, 60, 16)
    assert row.absent == (find_spec("torchviz") is None)
    assert (row.failure == "not installed") == row.absent


def test_the_recursion_limit_is_raised_only_where_it_was_met(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def attempted(_: Tool, __: Case, *, raised: bool = False, **___: float) -> Row:
        asked.append(raised)
        return Row("x", "y", raised, failure="" if raised else "RecursionError")

    monkeypatch.setattr("benchmarks.capture_peers.attempt", attempted)
    assert [row.failure for row in both(OURS, WARM_UP, 1, 1)] == ["RecursionError", ""]
    assert asked == [False, True]


def test_a_run_is_given_the_input_and_a_graph_the_output() -> None:
    seen: list[Any] = []

    def capture(model: nn.Module, given: torch.Tensor) -> None:
        assert isinstance(model, Chain)
        seen.append(given.requires_grad)

    for sees in ("a run", "the graph"):
        captured(Tool("t", sees, capture, lambda _: Counted()), WARM_UP)
    assert seen == [False, True]
    assert [case.name for case in CASES] == ["AlexNet", "10,000 chain", "200,000 chain"]


def test_the_command_prints_rows_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.capture_peers.attempt", lambda *_, **__: ROW)
    assert main(["--only", "torchviz", "--case", "AlexNet", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["tool"] == "torchviz"
    run = "runpy.run_path('benchmarks/capture_peers.py', run_name='__main__')"
    done = run_python(f"import runpy, sys; sys.argv = ['capture_peers.py', '--help']; {run}", cwd=ROOT)
    assert (done.returncode, "--gigabytes" in done.stdout) == (0, True), sys.version
