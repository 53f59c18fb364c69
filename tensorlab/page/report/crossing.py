"""From which size on one library or device is faster than another, as far as the rows of a run tell."""

from __future__ import annotations

from itertools import combinations, groupby, pairwise
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.together import standing_beside
from tensorlab.page.report.charts import HUES, Axis, Chart, Curve, Point
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tensorlab.bench.chasing.record import ChaseRun, Overtaking
    from tensorlab.bench.record import Case, Figures, Run
    from tensorlab.page.report.rows import Rows

COLOURS = {"list": 0, "array": 1, "numpy": 2, "torch": 3, "torch.compile": 4}
"""A library has the same colour in every plot."""
USUAL = "float32"


class Crossing(NamedTuple):
    """Two ways to do the same work, and the size at which the second becomes the faster; ``str()`` is a sentence."""

    workload: str
    unit: str
    first: str
    second: str
    size: float
    """Between two sizes that were measured, by a straight line in logarithms."""
    low: int
    """The largest size at which the first is faster for certain."""
    high: int
    """The smallest size at which the second is faster for certain."""

    def __str__(self) -> str:
        ends = f"[{self.low:,}, {self.high:,}]"
        return f"{self.second} overtakes {self.first} at about {rounded(self.size):,} {self.unit} {ends}"


def rounded(size: float) -> int:
    """A size in three digits.

    >>> rounded(123456.7), rounded(2.2)
    (123000, 2)
    """
    return int(float(f"{size:.3g}")) if size >= 1 else 1


def who(case: Case) -> str:
    """The library, and what is unusual of the case beside its size and dtype.

    >>> from tensorlab.bench.record import Case
    >>> who(Case(workload="add", size=8, unit="elements", backend="torch", device="cuda", dtype="float32", threads=1,
    ...          reads=64, writes=32, flops=8, cache="cold", allocates=False))
    'torch cuda out= cold'
    """
    device = "" if case.device == "cpu" else f" {case.device}"
    return f"{case.backend}{device}{'' if case.allocates else ' out='}{' cold' if case.cache == 'cold' else ''}"


def curves_by_workload(rows: Iterable[Figures]) -> Mapping[tuple[str, int], Mapping[str, list[Figures]]]:
    """For each workload and number of threads: who computes, and its rows by size, in the dtype that most have."""
    found: dict[tuple[str, int], dict[str, dict[str, list[Figures]]]] = {}
    for row in rows:
        case = row.run.case
        kinds = found.setdefault((case.workload, case.threads), {}).setdefault(who(case), {})
        kinds.setdefault(case.dtype, []).append(row)
    return {place: {name: _one_dtype(kinds) for name, kinds in names.items()} for place, names in found.items()}


def _one_dtype(kinds: Mapping[str, list[Figures]]) -> list[Figures]:
    chosen = USUAL if USUAL in kinds else max(kinds, key=lambda dtype: len(kinds[dtype]))
    return sorted(kinds[chosen], key=lambda row: row.run.case.size)


def crossings(
    place: tuple[str, int], names: Mapping[str, list[Figures]], runs: Mapping[Case, list[Run]]
) -> tuple[Crossing, ...]:
    """Each two of which one is faster for certain at a size, and the other at a larger one and from there on.

    Args:
        place: Workload and threads.
        names: Who computes, and its rows by size.
        runs: All of each case, for the intervals.
    """
    found = []
    for one, other in combinations(names, 2):
        crossing = _between(place[0], (one, names[one]), (other, names[other]), runs)
        found += [crossing] if crossing else []
    return tuple(found)


def _between(
    workload: str, one: tuple[str, list[Figures]], other: tuple[str, list[Figures]], runs: Mapping[Case, list[Run]]
) -> Crossing | None:
    there = {row.run.case.size: row for row in other[1]}
    both = [(row, there[row.run.case.size]) for row in one[1] if row.run.case.size in there]
    both = [(a, b) for a, b in both if a.time.value > 0 and b.time.value > 0]
    if len(both) < 2:
        return None
    logs = [log(b.time.value / a.time.value) for a, b in both]
    if logs[0] < 0 < logs[-1]:  # the other is the faster at first
        return _between(workload, other, one, runs)
    if not logs[0] > 0 > logs[-1]:
        return None
    last = max(n for n, value in enumerate(logs) if value >= 0)
    sizes = [a.run.case.size for a, _ in both]
    part = logs[last] / (logs[last] - logs[last + 1])
    size = exp(log(sizes[last]) * (1 - part) + log(sizes[last + 1]) * part)
    low = next((sizes[n] for n in range(last, -1, -1) if _surely(both[n], runs) == "slower"), None)
    high = next((sizes[n] for n in range(last + 1, len(sizes)) if _surely(both[n], runs) == "faster"), None)
    if low is None or high is None:
        return None
    return Crossing(workload, both[0][0].run.case.unit, one[0], other[0], size, low, high)


def _surely(pair: tuple[Figures, Figures], runs: Mapping[Case, list[Run]]) -> str:
    """How the second stands beside the first."""
    first, second = (runs[row.run.case] for row in pair)
    standing = standing_beside(second, first)
    return standing.verdict if standing else "can't tell"


def every_crossing(rows: Rows) -> Mapping[tuple[str, int], tuple[Crossing, ...]]:
    """Of each workload and number of threads, what changes places between the sizes measured."""
    places = curves_by_workload(rows.figures).items()
    found = {place: crossings(place, names, rows.runs) for place, names in places}
    return {place: own for place, own in found.items() if own}


def time_charts(
    rows: tuple[Figures, ...], found: Mapping[tuple[str, int], tuple[Crossing, ...]], most: int
) -> tuple[Chart, ...]:
    """For each workload with several sizes: seconds by size, a curve for each library and device.

    Args:
        rows: What was measured.
        found: What changes places, for the sentences below.
        most: Plots.
    """
    charts: list[Chart] = []
    for number, (place, names) in enumerate(curves_by_workload(rows).items()):
        if len(charts) == most:
            break
        if len(names) < 2 or max(map(len, names.values())) < 2:
            continue
        workload, threads = place
        unit = next(iter(names.values()))[0].run.case.unit
        notes = tuple(str(one) for one in found.get(place, ()))
        charts.append(
            Chart(
                f"time-{number}",
                f"{workload}{'' if threads == 1 else f', {threads} threads'}",
                Axis(unit, marks=marks_of(row.run.case.size for own in names.values() for row in own)),
                Axis("a call", unit="s"),
                tuple(_curve(name, own, n) for n, (name, own) in enumerate(list(names.items())[:HUES])),
                notes=notes or ("no two change places for certain between the sizes measured",),
                workload=workload,
            )
        )
    return tuple(charts)


def marks_of(places: Iterable[int]) -> tuple[float, ...]:
    """Places to write beside an axis: those measured, unless they are too many or too near one another.

    >>> marks_of([1, 8, 8]), marks_of(range(1, 100))
    ((1, 8), ())
    """
    found = sorted(set(places))
    wide = log(found[-1]) - log(found[0]) if found[0] > 0 else 0.0
    near = any(log(b) - log(a) < wide / 12 for a, b in pairwise(found)) if wide else True
    return () if near else tuple(found)


def _curve(name: str, rows: list[Figures], number: int) -> Curve:
    dtype = rows[0].run.case.dtype
    told = f"{name} {dtype}" if dtype != USUAL else name
    points = tuple(
        Point(
            row.run.case.size,
            row.time.value,
            f"{told}, {row.run.case.size:,} {row.run.case.unit}: {row.time}, 10% under {row.least}",
        )
        for row in rows
    )
    return Curve(told, points, COLOURS.get(name, 5 + number % 3))


def chase_charts(run: ChaseRun) -> tuple[Chart, ...]:
    """Containers by size, an operation a plot; and what it costs to sum a list in another order than its floats lie."""
    charts = [_operation(run, operation) for operation in dict.fromkeys(speed.operation for speed in run.speeds)]
    return (*charts, *_orders(run))


def _operation(run: ChaseRun, operation: str) -> Chart:
    own = sorted((speed for speed in run.speeds if speed.operation == operation), key=lambda one: one.container)
    curves = []
    for container, speeds in groupby(own, key=lambda one: one.container):
        points = sorted(
            Point(one.size, one.seconds, f"{container}, {one.size:,}: {Quantity(one.seconds, 's')}") for one in speeds
        )
        curves.append(Curve(container, tuple(points), COLOURS[container]))
    overtakings = [one for one in run.overtakings if one.operation == operation]
    return Chart(
        f"chase-{operation}",
        f"{operation}: which container overtakes which",
        Axis("rows" if operation == "matmul" else "elements"),
        Axis("a call", unit="s"),
        tuple(curves),
        notes=tuple(_without(operation, one) for one in overtakings),
        workload=operation,
    )


def _without(operation: str, overtaking: Overtaking) -> str:
    return str(overtaking).removeprefix(f"{operation}: ")


def _orders(run: ChaseRun) -> tuple[Chart, ...]:
    if not run.orders:
        return ()
    points = tuple(
        Point(row.elements, row.ratio, f"{row.elements:,} elements: {row.ratio:.3g}x [{row.low:.3g}, {row.high:.3g}]")
        for row in run.orders
    )
    flat = tuple(Point(row.elements, 1.0) for row in run.orders)
    curves = (Curve("shuffled over allocation order", points, 0), Curve("", flat, "soft", "dashed", marks=False))
    told = "a list of floats, summed in the order in which they were allocated, and shuffled"
    return (
        Chart(
            "chase-order",
            "what following pointers costs",
            Axis("elements"),
            Axis("times as long"),
            curves,
            notes=(told,),
        ),
    )
