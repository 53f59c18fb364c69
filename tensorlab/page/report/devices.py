"""The CPU beside a device, size by size, as plots."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tensorlab.page.report.charts import Axis, Chart, Curve, Point
from tensorlab.page.report.crossing import marks_of
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from tensorlab.bench.crossing.record import Aspect, Crossings, Sample
    from tensorlab.page.report.charts import Colour

ASPECTS: tuple[tuple[str, str, Colour], ...] = (
    ("cpu", "cpu", 2),
    ("kernel", "{} kernel alone", 7),
    ("latency", "{} without transfer", 3),
    ("locked", "{} with transfer, page-locked", 4),
    ("pageable", "{} with transfer, pageable", 0),
    ("graph", "{} in a graph", 6),
    ("overlapped", "{} with transfers overlapped", 5),
)
"""Times of a sample, what they are called, and their colours."""


def device_charts(found: Crossings) -> tuple[Chart, ...]:
    """Seconds by size, a plot for each workload and dtype; where no device was there, its curves are projected."""
    ordered = sorted(found.samples, key=lambda one: (one.workload, one.dtype, one.size))
    return tuple(
        _chart(found, kind, list(samples)) for kind, samples in groupby(ordered, lambda one: (one.workload, one.dtype))
    )


def _chart(found: Crossings, kind: tuple[str, str], samples: list[Sample]) -> Chart:
    workload, dtype = kind
    own = [one for one in found.crossings if (one.workload, one.dtype) == kind]
    projected = f", {found.device} projected" if found.projected else ""
    about = f"{found.device} was not there: its times are computed for {found.model}" if found.model else ""
    return Chart(
        f"device-{workload}-{dtype}".replace(" ", "-"),
        f"{workload} {dtype}: cpu and {found.device}{projected}",
        Axis(own[0].unit if own else "size", marks=marks_of(one.size for one in samples)),
        Axis("a call", unit="s"),
        tuple(curve for aspect in ASPECTS for curve in _curves(found, aspect, samples)),
        notes=(*(str(one).removeprefix(f"{workload} {dtype}: ") for one in own), *([about] if about else [])),
        workload=workload,
    )


def _curves(found: Crossings, aspect: tuple[str, str, Colour], samples: list[Sample]) -> tuple[Curve, ...]:
    field, words, colour = aspect
    name = words.format(found.device)
    seen: list[tuple[Sample, Aspect | None]] = [(one, getattr(one, field)) for one in samples]
    points = tuple(_point(name, one, time) for one, time in seen if time is not None)
    dashed = found.projected and field != "cpu"
    return (Curve(name, points, colour, "dashed" if dashed else "solid"),) if points else ()


def _point(name: str, sample: Sample, time: Aspect) -> Point:
    ends = f"[{Quantity(time.low, 's')}, {Quantity(time.high, 's')}]"
    told = f"{name}, {sample.workload} {sample.dtype} {sample.size:,}: {Quantity(time.seconds, 's')} {ends}"
    return Point(sample.size, time.seconds, told)
