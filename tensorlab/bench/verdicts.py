"""Two files of runs: for each case of both, how long the second takes beside the first, and what may be claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.bench.record import Case, Run
from tensorlab.bench.together import MAKES, Standing, standing_beside
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.store import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One case in both files."""

    case: Case
    first: float
    """Median seconds a call, over the processes."""
    second: float
    ratio: Standing
    """Seconds of the second over seconds of the first: above 1 is slower."""
    by_process: tuple[Standing, ...]
    """The same for each two processes of one number."""

    def exceeds(self, bound: float) -> bool:
        """Whether the interval lies above the bound, as a whole and in three processes or more."""
        return self.ratio.low > bound and sum(one.low > bound for one in self.by_process) >= MAKES

    def __str__(self) -> str:
        ratio = self.ratio
        return f"{told(self.case)}: {ratio.value:.4g} [{ratio.low:.4g}, {ratio.high:.4g}]: {ratio.verdict}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """Two files of runs side by side. ``str()`` is a line for each case of both."""

    first: str
    second: str
    """Names of the files."""
    cases: tuple[Compared, ...]
    only_first: tuple[Case, ...] = ()
    only_second: tuple[Case, ...] = ()
    notes: tuple[str, ...] = ()
    """Why the two may not compare."""

    def above(self, bound: float) -> tuple[Compared, ...]:
        """The cases that are slower by more than the bound, in three processes or more."""
        return tuple(case for case in self.cases if case.exceeds(bound))

    def too_few(self) -> tuple[Compared, ...]:
        """The cases that fewer than three processes of each file measured: nothing is claimed of a bound there."""
        return tuple(case for case in self.cases if len(case.by_process) < MAKES)

    def __str__(self) -> str:
        return "\n".join(map(str, self.cases))


def told(case: Case) -> str:
    """A case in words, the unusual ones at the end."""
    extras = [word for word, there in (("out=", not case.allocates), ("cold", case.cache == "cold")) if there]
    return " ".join([case.workload, str(case.size), case.backend, case.device, case.dtype, *extras])


def compared(first: tuple[str, Loaded], second: tuple[str, Loaded]) -> RunComparison:
    """The second file beside the first. Where blocks ran in turns they are compared pair by pair.

    Raises:
        LayoutError: No case was measured in both.
    """
    one, other = _by_case(first[1].rows), _by_case(second[1].rows)
    both = [case for case in one if case in other]
    if not both:
        hint = "measure the same workloads, sizes, dtypes and threads"
        raise LayoutError(f"{first[0]} and {second[0]} have no case in common that was measured", hint=hint)
    found = [_compared(case, one[case], other[case]) for case in both]
    return RunComparison(
        first=first[0],
        second=second[0],
        cases=tuple(case for case in found if case is not None),
        only_first=tuple(case for case in one if case not in other),
        only_second=tuple(case for case in other if case not in one),
        notes=_notes(first, second),
    )


def _by_case(rows: Iterable[object]) -> dict[Case, list[Run]]:
    found: dict[Case, list[Run]] = {}
    for row in rows:
        if isinstance(row, Run):
            found.setdefault(row.case, []).append(row)
    return found


def _compared(case: Case, first: list[Run], second: list[Run]) -> Compared | None:
    ratio = standing_beside(second, first)
    if ratio is None:
        return None
    there = {run.process: run for run in first}
    each = [standing_beside([run], [there[run.process]]) for run in second if run.process in there]
    return Compared(
        case=case,
        first=_seconds(first),
        second=_seconds(second),
        ratio=ratio,
        by_process=tuple(one for one in each if one is not None),
    )


def _seconds(runs: list[Run]) -> float:
    from_each = sorted(middle(run) for run in runs)
    return from_each[len(from_each) // 2]


def middle(run: Run) -> float:
    """The median of the blocks, as seconds a call."""
    blocks = sorted(run.cpu if run.clock == "cpu" else run.wall)
    return blocks[len(blocks) // 2] / run.loops


def _notes(first: tuple[str, Loaded], second: tuple[str, Loaded]) -> tuple[str, ...]:
    notes = []
    one, other = first[1].header.fingerprint, second[1].header.fingerprint
    if one != other:
        notes.append(f"measured on different machines or libraries: fingerprints {one} and {other}")
    notes += [
        f"the last line of {name} was cut off, and is left out" for name, file in (first, second) if file.truncated
    ]
    return tuple(notes)
