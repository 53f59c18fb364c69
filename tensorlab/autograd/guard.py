"""What keeps a deep graph from overflowing the stack when it is freed after somebody has looked at it.

A node that Python has seen has a Python object, which lives as long as the node. Freeing such a node frees the next one
from inside its own end, and so on: a chain of 40,000 ends a process with a stack of 8 MB. So some nodes get a brake: an
object in their ``metadata`` that holds the nodes behind it. When the node goes, its brake hands them to a queue, which
is emptied one by one by whoever came first; the next brake only adds to the queue. What a brake holds are nodes that
its own node leads to anyway: nothing lives longer, and there is no cycle.
"""

from __future__ import annotations

import threading
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tensorlab.autograd.order import Row

KEY = "tensorlab brake"
"""Where a node's ``metadata`` holds its brake."""
BAND = 500
"""So many nodes at most are freed inside one another before a brake; 2,500 end a thread with a stack of 512 KB."""
LOW = 250
"""From this height on a node needs a brake in front of it; below, all that is behind it may go at once."""


class _Waiting(threading.local):
    """Nodes of one thread that wait to be freed; empty where none is being freed."""

    def __init__(self) -> None:
        self.queue: list[Sequence[Any] | None] = []


_HERE = _Waiting()
_ALL: Callable[[Iterator[Any]], object] = partial(deque, maxlen=0)
"""Takes all that an iterator gives, and keeps none of it, in C."""


class Brake:
    """Holds nodes, and lets go of them one after the other instead of all inside one another.

    >>> Brake([]).nodes
    []
    """

    __slots__ = ("nodes",)

    def __init__(self, nodes: Sequence[Any]) -> None:
        self.nodes = nodes

    def __del__(self, here: _Waiting = _HERE, take: Callable[[Iterator[Any]], object] = _ALL) -> None:
        """Queue the nodes; the first brake to come empties the queue. Its defaults outlive the module at exit."""
        queue, nodes = here.queue, self.nodes
        self.nodes = ()
        if queue:
            queue.append(nodes)
            return
        queue += (None, nodes)
        del nodes
        take(iter(queue.pop, None))


def put_brakes(nodes: Sequence[Any], rows: Sequence[Row], heights: Sequence[int]) -> int:
    """Give each node a brake from which an edge leads into a lower band of heights; how many have one.

    A path without brakes stays in one band, so it is at most ``BAND`` long, and ``LOW`` more at its end.

    >>> put_brakes([], [], [])
    0
    """
    if max(heights, default=0) < BAND:
        return 0
    count = 0
    for place, row in enumerate(rows):
        height = heights[place]
        if len(row) == 3 and height % BAND:  # its target is one lower: most nodes
            continue
        bottom = height // BAND * BAND
        behind = [target for target in row[1::3] if LOW <= heights[target] < bottom]
        if behind:
            count += 1
            metadata = nodes[place].metadata
            if KEY not in metadata:
                metadata[KEY] = Brake([nodes[target] for target in behind])
    return count
