"""What is captured, who captures it, and how that went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch
    from torch import nn

Sees = Literal["the graph", "a run"]
"""What a tool is given: a loss whose graph is there, or a module, whose forward it runs itself."""


@dataclass(frozen=True, slots=True)
class Case:
    """A network and its input."""

    name: str
    make: Callable[[], tuple[nn.Module, torch.Tensor]]
    repeats: int
    """Captures of fresh graphs, of which the fastest counts."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a tool says of what it captured; None where it says nothing."""

    nodes: int | None = None
    edges: int | None = None
    saved: str = "-"
    """Bytes that it says are kept for backward."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One way to capture."""

    name: str
    sees: Sees
    capture: Callable[[nn.Module, Any], Any]
    """Called with the module, and its output or its input; imports its library when it is called."""
    count: Callable[[Any], Counted]
    package: str = ""
    """What to install for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one capture went."""

    tool: str
    case: str
    raised: bool
    """Whether the recursion limit was raised for it."""
    seconds: float | None = None
    counted: Counted = Counted()
    failure: str = ""
    """In a few words; also where it captured, and the process died when the graph was freed."""
    absent: bool = False
