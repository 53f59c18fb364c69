"""Who captures a graph, how fast, and who crashes: the public tools and ours, in one run.

    python -m benchmarks.capture_peers
    python -m benchmarks.capture_peers --only torchviz --case AlexNet --json

Each capture has a process of its own, with a limit of time and of memory. A tool that meets Python's recursion limit is
tried again with the limit raised. A tool that is not installed is a row that says so.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.capturing.cases import CASES
from benchmarks.capturing.record import Counted, Row
from benchmarks.capturing.tools import TOOLS
from tensorlab.quantity import digits, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.capturing.record import Case, Tool

ROOT = Path(__file__).parents[1]
RAISED = 1_000_000
HEADER = f"{'tool':<20} {'limit':<8} {'seconds':>9} {'ratio':>8}  {'nodes':>8} {'edges':>8} {'bytes kept':>13}"


def main(words: Sequence[str] | None = None) -> int:
    asked = _arguments().parse_args(words)
    rows: list[Row] = []
    for case in (case for case in CASES if not asked.case or case.name in asked.case):
        for tool in (tool for tool in TOOLS if not asked.only or tool.name in asked.only):
            rows += both(tool, case, asked.seconds, asked.gigabytes)
    if asked.json:
        sys.stdout.write(json.dumps([dataclasses.asdict(row) for row in rows], indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{text}\n" for text in table(rows))
    return 0


def both(tool: Tool, case: Case, seconds: float, gigabytes: float) -> Iterator[Row]:
    """With Python's own recursion limit, and with one that is out of the way where that was met."""
    row = attempt(tool, case, seconds=seconds, gigabytes=gigabytes)
    yield row
    if "RecursionError" in row.failure:
        yield attempt(tool, case, raised=True, seconds=seconds, gigabytes=gigabytes)


def attempt(tool: Tool, case: Case, *, raised: bool = False, seconds: float, gigabytes: float) -> Row:
    """One capture in a process of its own."""
    words = [tool.name, case.name, str(RAISED * raised), str(int(gigabytes * 1e9))]
    child = [sys.executable, "-m", "benchmarks.capturing.child", *words]
    row = Row(tool.name, case.name, raised)
    try:
        done = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return dataclasses.replace(row, failure=f"more than {seconds:g} s")
    return judged(row, done.stdout, done.returncode)


def judged(row: Row, printed: str, code: int) -> Row:
    """What a child's lines and its exit code say."""
    lines = [line for line in printed.splitlines() if line.startswith("{") or line == "freed"]
    told = json.loads(lines[0]) if lines and lines[0] != "freed" else {}
    if "absent" in told:
        return dataclasses.replace(row, absent=True, failure="not installed")
    end = "" if lines[-1:] == ["freed"] and not code else f"{_death(code)}"
    if "seconds" not in told:
        return dataclasses.replace(row, failure=told.get("raised", "") or end)
    return dataclasses.replace(row, seconds=told["seconds"], counted=Counted(**told["counted"]), failure=end)


def _death(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def table(rows: Sequence[Row]) -> Iterator[str]:
    """A table a network; ratios are against ours, which has been given the same."""
    for name in dict.fromkeys(row.case for row in rows):
        ours = {tool.sees: _seconds(rows, name, first) for tool in TOOLS if (first := _first(tool.sees))}
        yield from ("", name, HEADER)
        for row in (row for row in rows if row.case == name):
            yield line(row, ours[next(tool.sees for tool in TOOLS if tool.name == row.tool)])
    if any(row.failure and row.seconds is not None for row in rows):
        yield from ("", "then: captured, and the process died when the graph was freed")


def _first(sees: str) -> str:
    return next(tool.name for tool in TOOLS if tool.sees == sees)


def _seconds(rows: Sequence[Row], case: str, tool: str) -> float | None:
    return next((row.seconds for row in rows if (row.case, row.tool) == (case, tool)), None)


def line(row: Row, ours: float | None) -> str:
    """One row of the table."""
    head = f"{row.tool:<20} {'raised' if row.raised else 'default':<8}"
    if row.seconds is None:
        return f"{head} {row.failure:>9}"
    against = ratio(row.seconds / ours) if ours else "-"
    found = [f"{number:,}" if number is not None else "-" for number in (row.counted.nodes, row.counted.edges)]
    figures = f"{_time(row.seconds):>9} {against:>8}  {found[0]:>8} {found[1]:>8} {row.counted.saved:>13}"
    return f"{head} {figures}{f'  then {row.failure}' if row.failure else ''}"


def _time(seconds: float) -> str:
    return f"{digits(seconds)} s" if seconds >= 1 else f"{digits(seconds * 1e3)} ms"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.capture_peers", description=__doc__.split("\n", 1)[0])
    names = [tool.name for tool in TOOLS]
    parser.add_argument("--only", action="append", choices=names, help="this tool; may be given again")
    cases = [case.name for case in CASES]
    parser.add_argument("--case", action="append", choices=cases, help="this network; may be given again")
    parser.add_argument("--seconds", type=float, default=30, help="that a process may take (30)")
    parser.add_argument("--gigabytes", type=float, default=16, help="of addresses that it may use; 0 for any (16)")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
