"""What every rank of a mesh holds of a tensor: a line an axis of the mesh, a map of the blocks, a row a rank."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING

from tensorlab.layout.ranks import dealt, rank_layout, totals
from tensorlab.layout.record import Layout
from tensorlab.layout.window import visible_indices, windows
from tensorlab.quantity import Quantity, counted, ratio
from tensorlab.scene.record import HUES, Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.ranks import RankLayout
    from tensorlab.layout.shard import Placement, Sharding
    from tensorlab.scene.record import Element, Role

_MOST, _FIRST, _LAST = 16, 8, 4
"""Ranks that are all drawn; of more, the first and the last."""
_LIMITS = (1, 2, 8, 8)
"""Blocks that are drawn along the last axes."""
_MOST_CUTS = 9
_NAMED = 3
"""Ranks of a block that are all named."""
HEAD = ("rank", "place", "shape", "strides", "offset", "bytes", "holds")
_ROWS = "the whole in blocks, each with the ranks that hold it"
_REDUCTIONS = {"sum": "sum", "avg": "mean", "product": "product", "max": "maximum", "min": "minimum"}


def ranks_scene(sharding: Sharding) -> Group:
    """The picture of a tensor over a mesh of which no rank need be there."""
    return Group(tuple(ranks_elements(sharding)), title=str(sharding))


def ranks_elements(sharding: Sharding, local: tuple[int, ...] | None = None) -> list[Element]:
    """What is drawn of it, its title apart.

    Args:
        sharding: How it is spread.
        local: Strides of what this process holds, in bytes; None where nobody tells: those of a dense tensor are drawn.
    """
    lines: list[Element] = [_line(words) for words in (*_mesh_lines(sharding), *_totals_lines(sharding))]
    return [Group(tuple(lines)), *rank_blocks(sharding), _table(sharding, local), _line(_legend(sharding))]


def _mesh_lines(sharding: Sharding) -> Iterator[str]:
    names = sharding.mesh_names or tuple(f"mesh axis {n}" for n in range(len(sharding.mesh)))
    for name, count, one in zip(names, sharding.mesh, sharding.placements, strict=True):
        yield f"{name}, {counted(count, 'rank')}, {one}: {_meaning(one, count)}"


def _meaning(one: Placement, count: int) -> str:
    if one.kind == "replicate":
        return f"each holds the same, {count:,} of it"
    if one.kind == "partial":
        word = _REDUCTIONS.get(one.reduction or "", f"{one.reduction} reduction")
        return f"each holds a term; only the {word} over all {count:,} ranks is the tensor"
    if one.rounds > 1:
        return f"axis {one.axis} is cut in {one.rounds}, and each holds a part of every cut"
    return f"each holds a part of axis {one.axis}"


def _totals_lines(sharding: Sharding) -> Iterator[str]:
    sums = totals(sharding)
    size = Quantity(sums.nbytes, "B")
    times = f", {ratio(sums.nbytes / sums.whole)} the tensor's {Quantity(sums.whole, 'B')}" if sums.whole else ""
    yield f"{counted(sums.ranks, 'rank')} {'holds' if sums.ranks == 1 else 'hold'} {size}{times}"
    if sums.imbalance is None:
        return
    if sums.least == sums.most:
        yield f"every rank holds {Quantity(sums.most, 'B')}"
        return
    yield (
        f"a rank holds {Quantity(sums.least, 'B')} to {Quantity(sums.most, 'B')}: "
        f"the fullest {ratio(sums.imbalance)} the mean"
    ) + (f"; {counted(sums.empty, 'rank')} without an element" if sums.empty else "")


def rank_blocks(sharding: Sharding, title: str = _ROWS, *, bare: bool = False) -> list[Element]:
    """A box a block: the parts of each axis between its cuts.

    Args:
        sharding: How it is spread.
        title: Above the boxes.
        bare: Whether signs and cuts are explained elsewhere.
    """
    if not prod(sharding.shape):
        return [_line("no elements: no rank holds a byte")]
    parts = [_parts(sharding, axis) for axis in range(len(sharding.shape))]
    axes = windows(Layout(tuple(map(len, parts)), (0,) * len(parts)), _LIMITS, slack=True)
    cells = tuple(_block([parts[axis][n] for axis, n in enumerate(index)], sharding) for index in visible_indices(axes))
    gaps = tuple((n, len(axis.head), axis.hidden) for n, axis in enumerate(axes) if axis.hidden)
    shape = tuple(axis.shown for axis in axes) or (1,)
    cuts = tuple(_line(words) for words in _cut_lines(parts))
    partial = any(one.kind == "partial" for one in sharding.placements)
    copied = any(one.kind == "replicate" for one in sharding.placements)
    same = "; a=b: both hold the same" if copied else ""
    words = f"a+b: terms on both, that are still to be reduced{same}" if partial else f"the rank that holds it{same}"
    legend = (Span(words, "unknown" if partial else "used"),)
    drawn = Cells(shape, cells, gaps=gaps, title=title, legend=() if bare else legend)
    return [drawn, Group(cuts)] if cuts and not bare else [drawn]


def _parts(sharding: Sharding, axis: int) -> list[tuple[range, tuple[tuple[int, int], ...]]]:
    """Each run of rows in order, with where in the mesh it lies: axis of the mesh and place along it."""
    order = sharding.order(axis)
    found = [
        (run, tuple(zip(order, place, strict=True))) for place, runs in dealt(sharding, axis).items() for run in runs
    ]
    return sorted(found, key=lambda part: part[0].start)


def _block(parts: list[tuple[range, tuple[tuple[int, int], ...]]], sharding: Sharding) -> Cell:
    fixed = dict(place for _, places in parts for place in places)
    held = _holders(sharding, fixed)
    index = ", ".join(f"{run.start}:{run.stop}" for run, _ in parts)
    free = (size for size, one in zip(sharding.mesh, sharding.placements, strict=True) if one.kind != "shard")
    note = f"[{index}] on {counted(prod(free), 'rank')}: {held}"
    if any(one.kind == "partial" for one in sharding.placements):
        return Cell(Span(held, "unknown"), note, right=True)
    hue = 0
    for n, size in enumerate(sharding.mesh):
        hue = hue * size + fixed[n] if n in fixed else hue
    return Cell(Span(held, "used"), note, right=True, hue=hue % HUES)


def _holders(sharding: Sharding, fixed: dict[int, int]) -> str:
    """Ranks that hold a block: terms with a plus between them, copies with an equals sign."""
    terms, copies = (_places(sharding, kind) for kind in ("partial", "replicate"))
    return _joined(
        [
            _joined([str(_rank(sharding, fixed | copy | term)) for term in terms[0]], "+", terms[1])
            for copy in copies[0]
        ],
        "=",
        copies[1],
    )


def _places(sharding: Sharding, kind: str) -> tuple[list[dict[int, int]], bool]:
    """Places along the axes of the mesh of one kind, of many the first and the last; and whether some are left out."""
    free = [n for n, one in enumerate(sharding.placements) if one.kind == kind]
    sizes = [sharding.mesh[n] for n in free]
    if prod(sizes) <= _NAMED:
        return [dict(zip(free, at, strict=True)) for at in product(*map(range, sizes))], False
    return [dict.fromkeys(free, 0), {n: sharding.mesh[n] - 1 for n in free}], True


def _joined(words: list[str], sign: str, is_cut: bool) -> str:  # noqa: FBT001 - one of two ends of a pair
    return sign.join([words[0], "…", words[-1]] if is_cut else words)


def _rank(sharding: Sharding, place: dict[int, int]) -> int:
    number = 0
    for n, size in enumerate(sharding.mesh):
        number = number * size + place[n]
    return sharding.ranks[number] if sharding.ranks else number


def _cut_lines(parts: list[list[tuple[range, tuple[tuple[int, int], ...]]]]) -> Iterator[str]:
    for axis, runs in enumerate(parts):
        starts = [str(run.start) for run, _ in runs]
        if len(starts) > 1:
            told = starts if len(starts) <= _MOST_CUTS else [*starts[:4], "…", *starts[-3:]]
            yield f"axis {axis}: blocks start at {', '.join(told)}; it ends at {runs[-1][0].stop}"


def _table(sharding: Sharding, local: tuple[int, ...] | None) -> Table:
    return Table(HEAD, tuple(rank_rows(sharding, local)))


def rank_rows(sharding: Sharding, local: tuple[int, ...] | None = None) -> list[tuple[Cell, ...]]:
    """A row a rank under ``HEAD``; of many ranks the first, the last and this process's."""
    count = prod(sharding.mesh)
    numbers = sorted(_drawn(sharding, count))
    rows: list[tuple[Cell, ...]] = []
    before = -1
    for number in numbers:
        rows += _gap(number - before - 1)
        one = rank_layout(sharding, _place(sharding, number))
        rows.append(_row(sharding, one if local is None or one.place != sharding.own else one._replace(strides=local)))
        before = number
    rows += _gap(count - before - 1)
    return rows


def _drawn(sharding: Sharding, count: int) -> set[int]:
    """Places of the ranks that have a row, this process's among them."""
    if count <= _MOST:
        return set(range(count))
    own = 0
    for n, size in zip(sharding.own, sharding.mesh, strict=False):
        own = own * size + n
    return {*range(_FIRST), *range(count - _LAST, count), own}


def _place(sharding: Sharding, number: int) -> tuple[int, ...]:
    found: list[int] = []
    for size in reversed(sharding.mesh):
        number, at = divmod(number, size)
        found.append(at)
    return tuple(reversed(found))


def _gap(hidden: int) -> list[tuple[Cell, ...]]:
    if not hidden:
        return []
    words = Cell(Span(f"… {counted(hidden, 'more rank')}", "dim"))
    return [(*(Cell(Span("")) for _ in HEAD[1:]), words)]


def _row(sharding: Sharding, one: RankLayout) -> tuple[Cell, ...]:
    own = one.place == sharding.own
    elements = tuple(n // sharding.itemsize for n in one.strides)
    words = (one.rank, *map(_numbers, (one.place, one.shape, elements, one.start)), Quantity(one.nbytes, "B"))
    held = ("here: " if own else "") + _held(sharding, one)
    role: Role = "dim" if not one.nbytes else "strong" if own else "plain"
    return (*(Cell(Span(str(word), role), right=True) for word in words), Cell(Span(held, role)))


def _held(sharding: Sharding, one: RankLayout) -> str:
    if not one.nbytes:
        return "nothing"
    words = {"shard": "part", "replicate": "copy", "partial": "term"}
    return ", ".join(
        f"{words[placed.kind]} {at + 1}/{size}"
        for placed, at, size in zip(sharding.placements, one.place, sharding.mesh, strict=True)
    )


def _numbers(values: tuple[int, ...]) -> str:
    return ",".join(map(str, values)) or "()"


def _legend(sharding: Sharding) -> str:
    told = "strides in elements, of dense tensors; offset: where in the whole the local (0, ..., 0) lies"
    many = "; a piece of several runs starts there" if any(one.rounds > 1 for one in sharding.placements) else ""
    return f"{told}{many}{'; here: this process' if sharding.own else ''}"


def _line(words: str) -> Text:
    return Text((Span(words, "dim"),))
