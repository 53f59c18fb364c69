"""Progress as data: floors report it, the command line draws it."""

from __future__ import annotations

from dataclasses import dataclass

LIMITS = "ceilings: "
"""How the label begins while a run of benchmarks measures the machine's limits first."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a longer piece of work has come.

    >>> Progress("matmul 512 torch", 3, 40).done
    3
    """

    label: str
    """What is being done now."""
    done: int
    """Steps finished."""
    total: int
    """Steps in all."""
