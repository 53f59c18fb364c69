"""The gates of honesty as a table, and the trials behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.bench.honesty.record import Gate, Honesty, Trial


def honesty_scene(found: Honesty) -> Group:
    """A row for each gate; then each comparison that broke one, or all where there are few."""
    passed = sum(gate.passed for gate in found.gates)
    verdict = f"{passed} of {counted(len(found.gates), 'gate')} passed"
    if found.interrupted:
        verdict = f"interrupted after {counted(len(found.trials), 'comparison')}; {verdict}"
    gates = Table(("gate", "asked", "seen", ""), tuple(map(_gate, found.gates)))
    trials = Table(
        ("comparison", "trial", "ratio", "interval", "verdict"),
        tuple(_trial(trial) for trial in found.trials),
    )
    line = Text((Span(verdict, "good" if found.passed else "bad"),))
    return Group((gates, line, Group((trials,), title="comparisons")), title="is the measuring honest?")


def _gate(gate: Gate) -> tuple[Cell, ...]:
    word = Span("passed", "good") if gate.passed else Span("FAILED", "bad")
    return Cell(Span(gate.name)), Cell(Span(gate.asked)), Cell(Span(gate.seen)), Cell(word)


def _trial(trial: Trial) -> tuple[Cell, ...]:
    one = trial.ratio
    return (
        Cell(Span(trial.workload)),
        Cell(Span(trial.kind, "dim")),
        Cell(Span(f"{one.value:.4f}"), right=True),
        Cell(Span(f"{one.low:.4f}..{one.high:.4f}")),
        Cell(Span(one.verdict)),
    )
