"""What is said of two files of runs, case by case."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.bench.pairing.record import ClockName, Verdict
from tensorlab.bench.record import MAKES, UNTOLD, Case, Standing
from tensorlab.quantity import counted

OWN = frozenset({"size", "calls"})
"""Units of workloads of a user's own, which make numbers of what dtype they like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One case in both files. ``str()`` is its line."""

    case: Case
    first: float
    """Median seconds a call, of the processes."""
    second: float
    ratio: Standing
    """Seconds of the second over seconds of the first: above 1 is slower."""
    by_process: tuple[Standing, ...]
    """The same for each two processes of one number, by what their own blocks differ."""
    verdict: Verdict
    """Of the second: what may be claimed."""
    clock: ClockName
    """The wall's where one of the two has no other."""

    def exceeds(self, bound: float) -> bool:
        """Whether the interval lies above the bound, as a whole and in three processes or more."""
        return self.ratio.low > bound and sum(one.low > bound for one in self.by_process) >= MAKES

    def __str__(self) -> str:
        ratio = self.ratio
        return f"{told(self.case)}: {ratio.value:.4g} [{ratio.low:.4g}, {ratio.high:.4g}]: {self.verdict}"


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
    """A case in words, the unusual ones at the end; what is not known is left out."""
    unusual = (
        ("out=", not case.allocates),
        ("cold", case.cache == "cold"),
        (counted(case.threads, "thread"), case.threads > 1),
    )
    extras = [word for word, there in unusual if there]
    size = () if case.unit == "calls" else (str(case.size),)
    kind = () if case.unit in OWN else (case.dtype,)
    who = () if case.device == UNTOLD else (case.backend, case.device, *kind)
    return " ".join([case.workload, *size, *who, *extras])
