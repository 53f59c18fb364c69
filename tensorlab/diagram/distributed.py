"""What several processes did together: bandwidths, sharded products with every rank's layout, replicas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.stats import summary
from tensorlab.diagram.ranks import HEAD, rank_blocks, rank_rows
from tensorlab.quantity import Quantity, counted, digits, prefixed, ratio
from tensorlab.scene.record import Cell, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.distributed.record import DistributedRun
    from tensorlab.distributed.rows.record import Product, Replicas, Spread, Transfer
    from tensorlab.scene.record import Element, Role

_TRANSFERS = ("collective", "bytes", "time", "±", "GB/s", "bus GB/s", "checked")
_PRODUCTS = ("product", "time", "±", "one rank", "speedup", "GFLOP/s", "error", "collectives")
_REPLICAS = ("AlexNet", "images", "one rank", "apart", "together", "efficiency", "gain", "differs")


def distributed_scene(run: DistributedRun) -> Group:
    """The picture of a run: a table a part, the layouts of the products, what stopped it.

    >>> from tensorlab.distributed.record import DistributedRun, Plan
    >>> distributed_scene(DistributedRun(asked=2, plan=Plan(), crew=None)).title
    '2 ranks: they never met'
    """
    parts = (*_collectives(run.transfers), *_products(run.products), *_replicas(run.replicas), *_ends(run))
    return Group(tuple(parts), title=_title(run))


def _title(run: DistributedRun) -> str:
    crew = run.crew
    if crew is None:
        return f"{counted(run.asked, 'rank')}: they never met"
    if crew.backend == "fake":
        return f"{counted(crew.ranks, 'rank')} that are not started: torch's fake process group"
    where = crew.machine if crew.device == "cpu" else crew.device
    threads = f", {counted(crew.threads, 'thread')} each" if crew.device == "cpu" else ""
    return f"{counted(crew.ranks, 'rank')} on {counted(crew.hosts, 'host')} over {crew.backend}{threads}: {where}"


def _collectives(transfers: tuple[Transfer, ...]) -> Iterator[Element]:
    if not transfers:
        return
    names = tuple(dict.fromkeys(row.collective for row in transfers))
    yield Group((Table(_TRANSFERS, tuple(map(_transfer, transfers))),), title="collectives of float32")
    yield _note("bytes of the whole; GB/s: these by time; bus GB/s: what each rank sends at least, by time")
    series = tuple((name, tuple(_point(row) for row in transfers if row.collective == name)) for name in names)
    if len({row.nbytes for row in transfers}) > 1 and all(low > 0 for _, points in series for _, _, low, _ in points):
        yield Plot(
            "bytes", "GB/s", series, log=True, log_x=True, curves=len(series), title="bandwidth of collectives by size"
        )


def _transfer(row: Transfer) -> tuple[Cell, ...]:
    time = row.time
    checked = Cell(Span(f"{row.wrong:,} wrong", "bad")) if row.wrong else Cell(Span("all right"))
    numbers = (
        f"{row.nbytes:,}",
        prefixed(time.median, "s"),
        _spread(time.spread),
        _giga(row.algorithm),
        _giga(row.bus),
    )
    return (Cell(Span(row.collective)), *(Cell(Span(words), right=True) for words in numbers), checked)


def _point(row: Transfer) -> tuple[float, float, float, float]:
    time = row.time
    rates = [row.nbytes / seconds / 1e9 if seconds else 0.0 for seconds in (time.median, time.high, time.low)]
    return float(row.nbytes), *rates  # type: ignore[return-value]  # a place and three rates


def _products(products: tuple[Product, ...]) -> Iterator[Element]:
    if not products:
        return
    side = products[0].side
    title = f"c = a @ b of {side:,} x {side:,} in float32, through DTensor"
    yield Group((Table(_PRODUCTS, tuple(map(_product, products))),), title=title)
    if any(one.seconds for one in products):
        yield _note("one rank: the whole product on rank 0; error: the largest over what rounding allows")
    for one in products:
        yield Group(tuple(_layouts(one)), title=_ways(one))
    yield _note("a map shows the ranks that hold each block: a=b both hold the same, a+b terms still to be added")
    yield _note("strides in elements; offset: where in the whole the local (0, 0) lies")


def _product(one: Product) -> tuple[Cell, ...]:
    asked = ", ".join(f"{count} {name}" for name, count in one.collectives) or "none"
    if not one.seconds:
        return (Cell(Span(one.name)), *(Cell(Span("-", "dim"), right=True) for _ in _PRODUCTS[2:]), Cell(Span(asked)))
    time = summary(one.seconds)
    flops = 2 * one.side**3 / time.median / 1e9 if time.median else 0.0
    error = "-" if one.error is None else digits(one.error)
    role: Role = "plain" if one.error is not None and one.error <= 1 else "bad"
    numbers = (
        Span(prefixed(time.median, "s")),
        Span(_spread(time.spread)),
        Span(prefixed(summary(one.alone).median, "s")),
        Span("-" if one.speedup is None else ratio(one.speedup)),
        Span(digits(flops)),
        Span(error, role),
    )
    return (Cell(Span(one.name)), *(Cell(span, right=True) for span in numbers), Cell(Span(asked)))


def _ways(one: Product) -> str:
    a, b, c = (_placed(matrix) for matrix in one.matrices[:3])
    return f"{one.name}: a {a} @ b {b} = c {c}"


def _placed(matrix: Spread) -> str:
    return ", ".join(map(str, matrix.sharding.placements))


def _layouts(one: Product) -> Iterator[Element]:
    """A map a matrix, then a row a rank of each."""
    rows: list[tuple[Cell, ...]] = []
    for matrix in one.matrices:
        yield from rank_blocks(matrix.sharding, f"{matrix.name}, {_placed(matrix)}", bare=True)
        held = rank_rows(matrix.sharding)
        rows += [(Cell(Span(matrix.name if number == 0 else "")), *row) for number, row in enumerate(held)]
    yield Table(("", *HEAD), tuple(rows))
    for matrix in one.matrices:
        if matrix.strangers:
            who = ", ".join(map(str, matrix.strangers))
            yield Text((Span(f"{matrix.name}: found otherwise on rank {who}", "bad"),))


def _replicas(replicas: tuple[Replicas, ...]) -> Iterator[Element]:
    if not replicas:
        return
    title = "AlexNet on every rank, DistributedDataParallel"
    yield Group((Table(_REPLICAS, tuple(map(_replica, replicas))),), title=title)
    for row in replicas:
        sent = f"sending {Quantity(row.reduced, 'B')} of gradients" if row.reduced else "nothing is sent"
        yield _note(
            f"{row.work}: {_percent(row.efficiency)} = {_percent(row.beside_efficiency)} (sharing the machine) "
            f"x {_percent(row.sending_efficiency)} ({sent})"
        )
    first = replicas[0]
    yield _note("one rank: rank 0 with its images, the others wait; apart: all ranks at once, each by itself")
    yield _note(
        f"gain: over one process with {first.batch * first.ranks:,} images and "
        f"{counted(first.threads * first.ranks, 'thread')}; differs: from its scores, gradients and weights"
    )


def _replica(row: Replicas) -> tuple[Cell, ...]:
    differs = Span(f"{row.error:.0e}" if row.agree else "ranks differ", "plain" if row.agree else "bad")
    times = (prefixed(summary(one).median, "s") for one in (row.alone, row.beside, row.together))
    spans = (
        Span(f"{row.ranks} x {row.batch:,}"),
        *map(Span, times),
        Span(_percent(row.efficiency), "strong"),
        Span(ratio(row.gain)),
        differs,
    )
    return (Cell(Span(row.work)), *(Cell(span, right=True) for span in spans))


def _ends(run: DistributedRun) -> Iterator[Element]:
    for words in run.wrong:
        yield Text((Span(f"wrong: {words}", "bad"),))
    if run.failure is not None:
        yield Text((Span(f"failed after {run.rows} of {counted(run.plan.rows, 'row')}: {run.failure}", "bad"),))
    if run.interrupted:
        yield _note(f"interrupted after {run.rows} of {counted(run.plan.rows, 'row')}")


def _giga(rate: float) -> str:
    return digits(rate / 1e9)


def _spread(part: float) -> str:
    return f"{digits(part * 100)}%"


def _percent(part: float) -> str:
    return f"{part:.0%}"


def _note(words: str) -> Text:
    return Text((Span(words, "dim"),))
