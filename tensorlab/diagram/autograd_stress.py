"""What became of deep graphs, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.autograd.stress.record import Freed, StressRun, StressTable
    from tensorlab.scene.record import Role

_HEAD = ("graph", "steps", "what happens", "nodes", "edges", "us a node", "freed")
_ROLES: dict[Freed, Role] = {"ok": "good", "held": "plain", "kept": "bad", "crashed": "bad"}
_WORDS = {"plain": "", "middle": "middle held", "other-thread": "freed in a thread", "exit": "freed at exit"}


def stress_scene(table: StressTable) -> Group:
    """The picture of a table: a row for each graph, and what went wrong.

    >>> from tensorlab.autograd.stress.record import StressCase, StressRun, StressTable
    >>> run = StressRun(case=StressCase(length=9), nodes=10, edges=9, freed="ok", capture_seconds=5e-5)
    >>> stress_scene(StressTable((run,))).title
    'deep graphs, each in a process of its own: 1 of 1 well'
    """
    well = len(table.runs) - len(table.failed)
    wrong = [Text((Span(f"{run.case.shape}, {run.case.pattern}: {run.reason}", "bad"),)) for run in table.failed]
    return Group(
        (Table(_HEAD, tuple(map(_row, table.runs))), *wrong),
        title=f"deep graphs, each in a process of its own: {well} of {len(table.runs)} well",
    )


def _row(run: StressRun) -> tuple[Cell, ...]:
    case = run.case
    told = ", ".join(filter(None, (_WORDS.get(case.pattern, case.pattern), "512 KB stack" if case.thread else "")))
    each = run.capture_seconds / run.nodes * 1e6 if run.capture_seconds is not None and run.nodes else None
    numbers = (_number(run.nodes), _number(run.edges), "" if each is None else f"{each:.1f}")
    return (
        Cell(Span(case.shape, "strong")),
        Cell(Span(f"{case.length:,}"), right=True),
        Cell(Span(told)),
        *(Cell(Span(number), right=True) for number in numbers),
        Cell(Span(run.freed, _ROLES[run.freed])),
    )


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
