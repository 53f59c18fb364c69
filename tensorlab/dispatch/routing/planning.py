"""Which kernel runs after which, from a set of keys and a table of kernels. Knows no torch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tensorlab.dispatch.routing.record import DispatchStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tensorlab.dispatch.routing.record import KernelKind

Kernel = tuple["KernelKind", str, int]
"""What is registered for a key, in which file, on which line."""

NO_KERNEL: Kernel = ("none", "", 0)
_KINDS: dict[str, KernelKind] = {
    "kernel": "own",
    "autograd kernel": "autograd",
    "default backend kernel": "every backend",
    "math kernel": "composite",
    "backend fallback": "fallback",
}
"""torch's word for a kernel, and ours."""
_LINE = re.compile(r"(?P<key>\w+): (?P<skip>fallthrough )?registered at (?P<file>.*):(?P<line>\d+) \[(?P<word>.+)\]")


def kernel_table(dump: str) -> dict[str, Kernel]:
    """What torch dumps of an operator's kernels, by key.

    >>> kernel_table("CPU: registered at /build/RegisterCPU_0.cpp:1297 [kernel]")
    {'CPU': ('own', '/build/RegisterCPU_0.cpp', 1297)}
    >>> kernel_table("Tracer: fallthrough registered at a.cpp:3 [backend fallback]")
    {'Tracer': ('fallthrough', 'a.cpp', 3)}
    """
    found = {}
    for match in filter(None, map(_LINE.fullmatch, dump.splitlines())):
        kind = "fallthrough" if match["skip"] else _KINDS.get(match["word"], "own")
        found[match["key"]] = (kind, match["file"], int(match["line"]))
    return found


def planned(keys: Iterable[str], kernels: Mapping[str, Kernel], backends: frozenset[str]) -> tuple[DispatchStep, ...]:
    """The steps of a call with these keys, highest priority first.

    A key without a kernel of its own, or with one that says "go on", is passed by. A kernel above the backends does its
    part and calls the next one; that of a backend, and one that only calls other operators, are the last.

    Args:
        keys: Of the call, in order.
        kernels: Of the operator, by key.
        backends: Keys whose kernels compute.

    >>> kernels = {"AutogradCPU": ("autograd", "V.cpp", 1), "BackendSelect": ("fallthrough", "F.cpp", 2)}
    >>> steps = planned(["AutogradCPU", "BackendSelect", "CPU"], kernels | {"CPU": ("own", "C.cpp", 3)}, {"CPU"})
    >>> [step.key for step in steps if step.runs]
    ['AutogradCPU', 'CPU']
    """
    steps, ended = [], False
    for key in keys:
        kind, file, line = kernels.get(key, NO_KERNEL)
        runs = not ended and kind not in {"fallthrough", "none"}
        steps.append(DispatchStep(key, kind, file, line, runs))
        ended = ended or (runs and (kind == "composite" or key in backends))
    return tuple(steps)
