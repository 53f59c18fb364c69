"""Autograd graphs made by hand, without torch."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, TypeAlias

from tensorlab.autograd.record import Graph, Known, Node

if TYPE_CHECKING:
    from collections.abc import Sequence

Made: TypeAlias = "tuple[str, Sequence[int]]"


def made(
    nodes: Sequence[Made], *, labels: Sequence[str] = (), places: Sequence[tuple[str, str]] = (), notes: str = ""
) -> Graph:
    """A graph from names and targets, leaves first; the last node is the root.

    >>> print(made([("AccumulateGrad", []), ("SinBackward0", [0])], labels=["x"]))
    nodes=2 edges=1
    """
    names = list(dict.fromkeys(name for name, _ in nodes))
    edges = array("q")
    for number, (_, targets) in enumerate(nodes):
        for output, target in enumerate(targets):
            edges.extend((number, output, target, 0))
    details = {n: Node(number=n, name="AccumulateGrad", role="leaf", label=label) for n, label in enumerate(labels)}
    if notes:
        last = len(nodes) - 1
        details[last] = Node(number=last, name=nodes[last][0], notes=(notes,))
    known = tuple(Known(name=label, owner="parameter", nbytes=4, node=n) for n, label in enumerate(labels))
    kinds = list(dict.fromkeys(places))
    return Graph(
        names=tuple(names),
        kinds=array("q", [names.index(name) for name, _ in nodes]),
        edges=edges,
        roots=((len(nodes) - 1, 0),) if nodes else (),
        details=details,
        tensors=known,
        places=tuple(kinds),
        made=array("q", [kinds.index(place) for place in places]),
    )


def doublings(times: int) -> Graph:
    """``x = x + x`` so often, then ``x.sum()``."""
    chain: list[Made] = [("AccumulateGrad", []), *(("AddBackward0", [n, n]) for n in range(times))]
    return made([*chain, ("SumBackward0", [times])], labels=["x"])


def blocks(count: int) -> Graph:
    """Residual blocks with a weight each, in modules."""
    nodes: list[Made] = [("AccumulateGrad", []) for _ in range(count + 1)]
    places = [("", "")] * len(nodes)
    last = 0
    for n in range(count):
        nodes += [("MulBackward0", [last, n + 1]), ("TanhBackward0", [len(nodes)])]
        nodes.append(("AddBackward0", [last, len(nodes) - 1]))
        last = len(nodes) - 1
        places += [(f"blocks.{n}", "net.py:7")] * 3
    labels = ["x", *(f"blocks.{n}.weight" for n in range(count))]
    return made([*nodes, ("SumBackward0", [last])], labels=labels, places=[*places, ("", "net.py:9")])
