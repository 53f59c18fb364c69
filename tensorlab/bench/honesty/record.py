"""What measuring said where the answer is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.bench.pairing.record import Ratio

Kind = Literal["quiet", "busy", "run", "planted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One comparison of which the truth is known."""

    kind: Kind
    """"quiet": the same twice; "busy": beside loops of ours; "run": the same twice, again and again; "planted"."""
    workload: str
    seed: int
    ratio: Ratio

    @property
    def covers(self) -> bool:
        """Whether the interval holds 1."""
        return self.ratio.low <= 1 <= self.ratio.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What is asked of the trials, and what was seen."""

    name: str
    asked: str
    seen: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Honesty:
    """The trials and what they have to fulfil."""

    trials: tuple[Trial, ...]
    gates: tuple[Gate, ...]
    """Those whose trials were all made."""
    busy: int
    """Loops that ran beside the busy trials."""
    seconds: float
    """For each contender of a trial, about."""
    interrupted: bool = False

    @property
    def passed(self) -> bool:
        """Whether every gate was reached and holds."""
        return not self.interrupted and all(gate.passed for gate in self.gates)

    def __str__(self) -> str:
        return "\n".join(f"{one.name}: {one.seen}; {'passed' if one.passed else 'FAILED'}" for one in self.gates)
