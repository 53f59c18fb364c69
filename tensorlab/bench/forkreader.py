"""Forks that read containers, and what that makes them copy, printed as JSON. Run in a process of its own.

``python -m tensorlab.bench.forkreader N TYPE LABEL...``
"""

from __future__ import annotations

import gc
import json
import sys
from array import array
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.bench.host.last_words import tell
from tensorlab.bench.host.system_files import contents
from tensorlab.process.forked import ask_fork
from tensorlab.process.record import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ROLLUP = Path("/proc/self/smaps_rollup")
_LEAST_INTEGER = 257
"""The first that the interpreter does not share."""
_PATIENCE = 60.0
_BOXES: dict[str, Callable[[int], object]] = {
    "float": float,
    "int": lambda i: _LEAST_INTEGER + i,
    "bool": lambda i: i % 2 == 1,
    "complex": lambda i: complex(i, -i),
}


def private_dirty() -> int | None:
    """Bytes in pages that this process has written and shares with nobody; None where the system does not tell."""
    for line in contents(_ROLLUP).splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) * 1024
    return None


def container(label: str, n: int, kind: str) -> Iterable[Any] | None:
    """A container as ``compare`` labels it, of n distinct values; None for one that is not made here.

    >>> container("list", 2, "int"), container("array.array('h')", 2, "int"), container("mmap", 2, "int")
    ([257, 258], array('h', [1, 1]), None)
    """
    if label in {"list", "tuple"}:
        boxes = map(_BOXES.get(kind, float), range(n))
        return list(boxes) if label == "list" else tuple(boxes)
    if label.startswith("array.array("):
        code: Any = label[13]
        return array(code, [1]) * n
    library, _, name = label.partition(" ")
    return _numbers(library, name, n)


def _numbers(library: str, name: str, n: int) -> np.ndarray[Any, Any] | None:
    """The bytes of an array or a tensor, which are what is read; written once, so that they are there."""
    if library == "numpy":
        return np.ones(n, name).view(np.uint8)
    kind = getattr(torch, name, None)
    return torch.ones(n, dtype=kind).view(torch.uint8).numpy() if library == "torch" else None


def read_all(items: Iterable[Any]) -> None:
    """Every item once, and none kept."""
    if isinstance(items, np.ndarray):
        items.max()
    else:
        deque(items, maxlen=0)


def cost(label: str, n: int, kind: str) -> int | str:
    """Bytes that a fork makes its own by reading a container, or why that is not known."""
    items = container(label, n, kind)
    if items is None:
        return "none is made of that kind"
    gc.collect()

    def grown() -> dict[str, int | None]:
        gc.disable()  # a collection would write into every container there is
        before = private_dirty()
        read_all(items)
        after = private_dirty()
        return {"grown": None if before is None or after is None else max(after - before, 0)}

    answer = ask_fork(grown, timeout=_PATIENCE)
    if isinstance(answer, Failed):
        return answer.reason
    told = answer.facts["grown"]
    return told if isinstance(told, int) else f"this system does not tell private pages: no {_ROLLUP}"


def costs(n: int, kind: str, labels: Iterable[str]) -> dict[str, int | str]:
    """The cost of each container; one that cannot be made says why.

    >>> costs(10, "float", ["numpy float33"])
    {'numpy float33': "TypeError: data type 'float33' not understood"}
    """
    torch.set_num_threads(1)  # a fork has one thread only
    found: dict[str, int | str] = {}
    for label in labels:
        try:
            found[label] = cost(label, n, kind)
        except (TypeError, ValueError, RuntimeError, MemoryError) as error:
            found[label] = f"{type(error).__name__}: {error}"
    return found


if __name__ == "__main__":
    sys.excepthook = tell
    json.dump(costs(int(sys.argv[1]), sys.argv[2], sys.argv[3:]), sys.stdout)
