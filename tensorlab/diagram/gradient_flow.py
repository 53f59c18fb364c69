"""Gradients over the steps from the loss: a plot, what is marked, and each parameter in a row."""

from __future__ import annotations

from math import isfinite
from statistics import median
from typing import TYPE_CHECKING

from tensorlab.autograd.flow.record import percent, shapes_of
from tensorlab.scene.record import Cell, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.autograd.flow.record import GradientFlow, GradientProduct, GradientStat, Shaped
    from tensorlab.scene.record import Element, Point, Role

MOST_ROWS = 40
"""Parameters that have a row; of more, those that are marked come first."""


def flow_scene(flow: GradientFlow) -> Group:
    """The picture of a backward pass: norms over depth, marks, parameters.

    >>> from tensorlab.autograd.flow.record import GradientFlow
    >>> flow_scene(GradientFlow(of="float32 ()")).title
    'gradients of float32 ()'
    """
    _, _, counted = flow.summary.partition(": ")
    first = Text((Span(counted, "bad" if flow.marked else "good"),))
    plot = [_plot(flow)] if flow.nodes or flow.params else []
    tables: list[Element] = [_table(stats) for stats in (flow.wrt, _shown(flow.params)) if stats]
    bad = _shown([stat for stat in flow.nodes if stat.marks])
    if bad:
        tables.append(Group((_table(bad),), title="nodes with marks"))
    left_out = len(flow.params) - MOST_ROWS
    notes = [f"… {left_out:,} more parameters …"] if left_out > 0 else []
    notes += [*_limits(flow), *flow.notes]
    return Group(
        (first, *plot, *tables, *(Text((Span(note, "dim"),)) for note in notes)), title=f"gradients of {flow.of}"
    )


def product_scene(product: GradientProduct) -> Group:
    """The picture of a product: a row for each that takes part, with its shapes.

    >>> from tensorlab.autograd.flow.record import GradientProduct
    >>> vector = (((3,), "float32"),)
    >>> product_scene(GradientProduct(kind="hvp", function="f", point=vector, result=(((), "float32"),), vector=vector,
    ...               product=vector)).title
    'hvp of f: H (3) x (3), times a vector like the point'
    """
    rows: dict[str, tuple[Shaped, ...]] = {
        "point": product.point,
        "value": product.result,
        "vector": product.vector,
        "product": product.product,
    }
    table = Table(("", ""), tuple((Cell(Span(name)), Cell(Span(shapes_of(of)))) for name, of in rows.items()))
    norm = (
        [] if product.norm is None else [Text((Span("norm of the product: "), Span(f"{product.norm:.3g}", "strong")))]
    )
    notes = (Text((Span(note, "dim"),)) for note in product.notes)
    return Group((table, *norm, *notes), title=f"{product.kind} of {product.function}: {product.operator}")


def _limits(flow: GradientFlow) -> list[str]:
    limits = flow.limits
    return [
        f"vanishing: largest element at or below {limits.vanishing:g}; exploding: at or above {limits.exploding:g}",
        f"either: the norm differs {limits.jump:,.0f} times from its neighbours nearer to the loss",
        ".grad was added to" if flow.accumulated else ".grad is as it was; no gradient was kept",
    ]


def _shown(stats: Sequence[GradientStat]) -> Sequence[GradientStat]:
    """As many as have a row: those with marks before others, in their order."""
    if len(stats) <= MOST_ROWS:
        return stats
    chosen = set(sorted(range(len(stats)), key=lambda place: not stats[place].marks)[:MOST_ROWS])
    return [stat for place, stat in enumerate(stats) if place in chosen]


def _plot(flow: GradientFlow) -> Plot:
    nodes = _by_depth(flow.nodes)
    params = tuple((place, norm, norm, norm) for place, norm in _drawable(flow.params))
    series = [("nodes: median, lowest, highest", nodes), ("parameters", params)]
    return Plot(
        "steps of backward from the loss",
        "norm of the gradient",
        tuple((name, points) for name, points in series),
        log=True,
        marks=tuple(_marks(flow)),
        title="norms of gradients over the steps from the loss",
    )


def _drawable(stats: Iterable[GradientStat]) -> list[tuple[float, float]]:
    """Place and norm of what a logarithmic axis can show."""
    return [
        (float(stat.depth), stat.norm)
        for stat in stats
        if stat.depth is not None and stat.norm is not None and isfinite(stat.norm) and stat.norm > 0
    ]


def _by_depth(stats: Iterable[GradientStat]) -> tuple[Point, ...]:
    found: dict[float, list[float]] = {}
    for place, norm in _drawable(stats):
        found.setdefault(place, []).append(norm)
    return tuple((place, median(norms), min(norms), max(norms)) for place, norms in sorted(found.items()))


def _marks(flow: GradientFlow) -> Iterable[tuple[float, float | None, Span]]:
    """One for each place and word, at the value where it has one."""
    seen = set()
    for stat in flow:
        if stat.depth is None or not stat.marks:
            continue
        norm = stat.norm if stat.norm and isfinite(stat.norm) else None
        if (stat.depth, stat.marks[0], norm is None) not in seen:
            seen.add((stat.depth, stat.marks[0], norm is None))
            yield float(stat.depth), norm, Span(stat.marks[0], "bad")


def _table(stats: Sequence[GradientStat]) -> Table:
    head = ("steps", "gradient of", "shape", "norm", "max", "zeros", "")
    return Table(head, tuple(map(_row, stats)))


def _row(stat: GradientStat) -> tuple[Cell, ...]:
    numbers = [_number(stat.norm), _number(stat.largest), percent(stat.zeros)]
    role: Role = "bad" if stat.marks else "plain"
    told = [f"{stat.nonfinite:,} NaN or Inf"] if stat.nonfinite else []
    told += [mark for mark in stat.marks if mark != "nonfinite"]
    where = " ".join(filter(None, (stat.module if stat.kind == "node" else "", stat.line)))
    return (
        Cell(Span("-" if stat.depth is None else str(stat.depth)), right=True),
        Cell(Span(stat.name, role), note=where),
        Cell(Span(f"{stat.dtype} {stat.shape}" if stat.dtype else "-")),
        *(Cell(Span(number, role), right=True) for number in numbers),
        Cell(Span(", ".join(told), role)),
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
