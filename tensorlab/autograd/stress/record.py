"""What became of deep graphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from tensorlab.errors import LayoutError

Shape = Literal["chain", "residual", "two-branch", "skip", "double", "double-backward", "gru"]
"""How a graph is made, a step at a time: ``y = sin(y)``; ``y + sin(y)``; two chains that are added; ``sin(y)`` plus
what was 700 steps ago; ``y + y``; the gradient of a chain, with a graph of its own; ``h = GRUCell(x, h)``."""
Pattern = Literal[
    "plain",
    "middle",
    "twice",
    "extended",
    "intermediate",
    "backward",
    "retained",
    "walked",
    "other-thread",
    "temporary",
    "exit",
]
"""What happens to it: captured and freed; a tensor from its middle outlives the loss; captured twice; captured, made
longer, captured again; captured from its middle, then from its end; captured partway, then backward; captured, then two
backwards; walked by hand before it is captured; freed in another thread; captured while nobody else holds it; there
until the interpreter ends."""
Freed = Literal["ok", "held", "kept", "crashed"]
"""Whether it went: all of it; it was to stay; some nodes are still there; the process died."""

SHAPES: tuple[Shape, ...] = get_args(Shape)
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class StressCase:
    """One deep graph, and what is done with it.

    Raises:
        LayoutError: It has less than one step.
    """

    shape: Shape = "chain"
    length: int = 200_000
    """Steps of the loop that makes it."""
    pattern: Pattern = "plain"
    free: bool = True
    """Whether it is freed while one looks; otherwise it stays until the interpreter ends."""
    thread: bool = False
    """Whether all of that happens in a thread with a stack of 512 KB."""

    def __post_init__(self) -> None:
        if self.length < 1:
            raise LayoutError(f"a graph has 1 step or more; got {self.length}", hint="choose a length such as 200000")


@dataclass(frozen=True, slots=True, kw_only=True)
class StressRun:
    """What became of it; ``str()`` is a line.

    >>> print(StressRun(case=StressCase(), nodes=200001, edges=200000, freed="ok"))
    nodes=200001 edges=200000 freed=ok
    >>> print(StressRun(case=StressCase(), freed="crashed", reason="ended by SIGSEGV"))
    nodes=? edges=? freed=crashed: ended by SIGSEGV
    """

    case: StressCase
    nodes: int | None = None
    """None where the process died."""
    edges: int | None = None
    freed: Freed
    reason: str = ""
    """Why it is not "ok"."""
    capture_seconds: float | None = None
    free_seconds: float | None = None

    def __str__(self) -> str:
        nodes, edges = ("?" if count is None else count for count in (self.nodes, self.edges))
        return f"nodes={nodes} edges={edges} freed={self.freed}{self.reason and f': {self.reason}'}"


@dataclass(frozen=True, slots=True)
class StressTable:
    """Many of them; ``str()`` is a line each."""

    runs: tuple[StressRun, ...]

    @property
    def failed(self) -> tuple[StressRun, ...]:
        """Those in which the process died, or nodes stayed."""
        return tuple(run for run in self.runs if run.freed in {"kept", "crashed"})

    def __str__(self) -> str:
        return "\n".join(f"{run.case.shape} {run.case.length:,} {run.case.pattern}: {run}" for run in self.runs)
