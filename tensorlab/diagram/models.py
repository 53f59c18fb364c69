"""A network's layers and their times as a table of 80 columns."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tensorlab.bench.stats import summary
from tensorlab.diagram.bench_words import grouped
from tensorlab.models.timing import images_per_second, rounds_summed, shares
from tensorlab.quantity import counted, prefixed
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.models.record import LayerTime, LayerTimes
    from tensorlab.scene.record import Role

_HEAD = ("layer", "kind", "output", "parameters", "MACs", "bytes", "time", "±%", "%")
_BY = "\N{MULTIPLICATION SIGN}"


def layers_scene(times: LayerTimes) -> Group:
    """The picture of a network's times: a row a layer, a row for all, and the whole pass beside them."""
    rows = tuple(map(_layer_row, times.layers, shares(times)))
    side, threads = times.image, counted(times.threads, "thread")
    title = (
        f"{times.network}, batch {times.batch} of {side} {_BY} {side} images, {times.dtype}, {times.device}, {threads}"
    )
    return Group(
        (
            _line(f"The weights are seeded random numbers (seed {times.seed}): answers mean nothing."),
            Table(_HEAD, (*rows, _total_row(times))),
            _whole(times),
            *_legend(times),
            *_doubts(times),
        ),
        title=title,
    )


def _layer_row(layer: LayerTime, share: float) -> tuple[Cell, ...]:
    cost = layer.cost
    output = _BY.join(map(str, cost.output[1:]))
    work = (cost.parameters, cost.macs, cost.nbytes)
    return _row((cost.name, cost.kind, output), work, layer.wall, share, "plain")


def _total_row(times: LayerTimes) -> tuple[Cell, ...]:
    costs = [layer.cost for layer in times.layers]
    work = (sum(c.parameters for c in costs), sum(c.macs for c in costs), sum(c.nbytes for c in costs))
    return _row(("all layers", "", ""), work, rounds_summed(times), 1.0, "strong")


def _row(
    words: tuple[str, str, str], work: tuple[int, int, int], wall: tuple[float, ...], share: float, role: Role
) -> tuple[Cell, ...]:
    parameters, macs, nbytes = work
    numbers = (
        f"{parameters:,}" if parameters else "-",
        prefixed(macs, "").rstrip() if macs else "-",
        prefixed(nbytes, "B") if nbytes else "-",
        prefixed(median(wall), "s"),
        _percent(summary(wall).spread),
        f"{100 * share:.0f}" if share >= 0.005 else "<1",
    )
    return (*(Cell(Span(w, role)) for w in words), *(Cell(Span(n, role), right=True) for n in numbers))


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.0f}" if fraction < 9.99 else ">99"


def _whole(times: LayerTimes) -> Text:
    seconds = median(times.whole)
    summed = _percent(median(rounds_summed(times)) / seconds) if seconds else "-"
    rate = grouped(images_per_second(times)) if seconds else "-"
    return Text(
        (
            Span("whole pass: "),
            Span(f"{prefixed(seconds, 's')} ±{_percent(summary(times.whole).spread)}%, ", "strong"),
            Span(f"{rate} images/s", "strong"),
            Span(f"; the layers add up to {summed}% of it"),
        )
    )


def _legend(times: LayerTimes) -> tuple[Text, ...]:
    rounds = len(times.whole)
    lines = [
        _line("MACs: multiply-adds; bytes: input, output and parameters, each counted once"),
        _line(f"time: median of {rounds} rounds; ±%: half the quartiles' distance; %: of all layers"),
    ]
    if times.device != "cpu":
        lines.append(_line("the device is waited for after each layer: short ones include what starting them costs"))
    return tuple(lines)


def _doubts(times: LayerTimes) -> tuple[Text, ...]:
    found = []
    for doubt in times.doubts:
        found.append(Text((Span("doubt: ", "unknown"), Span(doubt.text))))
        found.append(_line(f"cure: {doubt.cure}"))
    return tuple(found)


def _line(words: str) -> Text:
    return Text((Span(words, "dim"),))
