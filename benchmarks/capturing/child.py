"""One capture in a process of its own: ``python -m benchmarks.capturing.child TOOL CASE RECURSION BYTES``.

It prints a line of JSON when it has captured, and "freed" when the graph is gone.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import resource
import sys
import time
import warnings
from typing import TYPE_CHECKING

import torch

from benchmarks.capturing.cases import CASES, WARM_UP
from benchmarks.capturing.tools import TOOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.capturing.record import Case, Counted, Tool


def main(words: Sequence[str]) -> int:
    tool = next(tool for tool in TOOLS if tool.name == words[0])
    case = next(case for case in (*CASES, WARM_UP) if case.name == words[1])
    if int(words[3]):
        resource.setrlimit(resource.RLIMIT_AS, (int(words[3]), int(words[3])))
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    try:
        captured(tool, WARM_UP)
        if int(words[2]):
            sys.setrecursionlimit(int(words[2]))
        seconds, counted = captured(tool, case)
    except ImportError as error:
        _tell({"absent": str(error)})
    except Exception as error:  # noqa: BLE001 - whatever a tool raises is what is told
        _tell({"raised": type(error).__name__})
    else:
        _tell({"seconds": seconds, "counted": dataclasses.asdict(counted)})
    gc.collect()
    sys.stdout.write("freed\n")
    sys.stdout.flush()
    return 0


def captured(tool: Tool, case: Case) -> tuple[float, Counted]:
    """Seconds of the fastest capture of a fresh graph, and what it found."""
    model, given = case.make()
    best = float("inf")
    for _ in range(case.repeats):
        fresh = given if tool.sees == "a run" else model(given)
        gc.collect()
        start = time.perf_counter()
        found = tool.capture(model, fresh)
        best = min(best, time.perf_counter() - start)
        counted = tool.count(found)
        del fresh, found
    return best, counted


def _tell(told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
