"""One deep graph, in a process of its own: ``python -m`` with a case in JSON. What it found is printed as JSON."""

from __future__ import annotations

import gc
import json
import sys
import threading
from time import perf_counter
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd.capture import captured
from tensorlab.autograd.stress.record import StressCase
from tensorlab.autograd.stress.shapes import build, longer
from tensorlab.codec import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.autograd.record import Graph

STACK = 512 * 1024
"""Bytes of the stack of a thread."""
_KEY = "tensorlab watched"
_EACH = 97
"""Of so many nodes one is watched."""


class Trial:
    """One graph while it is there: captured, watched, let go."""

    def __init__(self) -> None:
        self.held: list[torch.Tensor] = []
        self.seconds = 0.0
        self._token = object()
        self._base = sys.getrefcount(self._token)

    @property
    def alive(self) -> int:
        """Watched nodes that are still there: each refers to one object, whose references are counted."""
        return sys.getrefcount(self._token) - self._base

    def capture(self, loss: torch.Tensor) -> Graph:
        """Capture, and watch some of the nodes."""
        begun = perf_counter()
        graph, nodes = captured(loss)
        self.seconds += perf_counter() - begun
        self._watch(nodes)
        return graph

    def _watch(self, nodes: Sequence[Any]) -> None:
        for node in (*nodes[::_EACH], *nodes[-1:]):
            node.metadata[_KEY] = self._token


def prepared(trial: Trial, case: StressCase) -> Graph:
    """The graph of a case, captured as its pattern says; what keeps it alive is held by the trial."""
    loss, middle = build(case.shape, case.length)
    if case.pattern == "extended":
        trial.capture(loss)
        loss = longer(loss, case.length)
    elif case.pattern in {"intermediate", "backward"}:
        trial.capture(middle)
    elif case.pattern == "walked":
        _walk_by_hand(loss)
    graph = trial.capture(loss)
    if case.pattern == "twice":
        graph = trial.capture(loss)
    elif case.pattern in {"backward", "retained"}:
        loss.sum().backward(retain_graph=case.pattern == "retained")  # type: ignore[no-untyped-call]  # torch's own
        if case.pattern == "retained":
            loss.sum().backward()  # type: ignore[no-untyped-call]  # as above
    trial.held += {"middle": (loss, middle), "intermediate": (loss, middle), "temporary": ()}.get(case.pattern, (loss,))
    return graph


def _walk_by_hand(loss: torch.Tensor) -> None:
    """As anybody may: a Python object for each node."""
    seen: set[Any] = set()
    waiting: list[Any] = [loss.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            waiting += [target for target, _ in node.next_functions]


def released(trial: Trial, case: StressCase) -> str:
    """Let go of what is held, the loss first; what is wrong with that, in words."""
    while trial.held:
        before = trial.alive
        if case.pattern == "other-thread":
            thread = threading.Thread(target=trial.held.clear)
            thread.start()
            thread.join()
        else:
            del trial.held[0]
        if trial.alive == before:
            return "letting go freed no node"
        if trial.held and not trial.alive:
            return "what is held was freed"
    return f"{trial.alive} of the watched nodes are still there" if trial.alive else ""


def tried(case: StressCase) -> dict[str, object]:
    """What became of a case, as fields of a ``StressRun``."""
    gc.disable()
    trial = Trial()
    graph = prepared(trial, case)
    nodes, edges = len(graph), len(graph.edges) // 4
    facts: dict[str, object] = {"nodes": nodes, "edges": edges, "capture_seconds": trial.seconds, "freed": "held"}
    if case.free and case.pattern != "exit":
        begun = perf_counter()
        wrong = released(trial, case)
        facts |= {"freed": "kept" if wrong else "ok", "reason": wrong, "free_seconds": perf_counter() - begun}
    _UNTIL_THE_END.append(trial)
    return facts


_UNTIL_THE_END: list[Trial] = []
"""What the interpreter frees when it ends."""


def _in_thread(case: StressCase) -> dict[str, object]:
    facts: dict[str, object] = {}
    threading.stack_size(STACK)
    thread = threading.Thread(target=lambda: facts.update(tried(case)))
    thread.start()
    thread.join()
    return facts


if __name__ == "__main__":
    torch.set_num_threads(1)
    asked = decode(StressCase, json.loads(sys.argv[1]))
    json.dump(_in_thread(asked) if asked.thread else tried(asked), sys.stdout)
    sys.stdout.flush()
