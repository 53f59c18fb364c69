"""A network as solids in a row, one for each layer that changes the shape: from a profile, for a renderer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.quantity import prefixed
from tensorlab.scene.record import Cell, Diagram, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.models.profiling.record import Profile, Row

MOST, FEWEST = 16, 3
"""Solids in a row; a network with more layers, or with hardly any, has none."""
TITLE = "what each layer gives for one image; below it parameters and multiply-adds"
_VECTORS, _IMAGES = 2, 4
"""Axes of a batch of them."""


class Step(NamedTuple):
    """One solid: its name, its sizes, what is written below."""

    name: str
    sizes: tuple[int, int, int]
    note: str = ""


def architecture(profile: Profile) -> Diagram | None:
    """The solids of what each layer gives for one image; None where it is no chain of a few images and vectors.

    A layer that neither computes a product nor changes the shape, as ReLU, has none of its own.

    >>> from tensorlab.models.profiling.record import Profile, Row
    >>> row = Row(name="a", call=1, kind="ReLU", phase="forward")
    >>> bare = Profile(name="net", inputs=(), device="cpu", threads=1, train=False, optimizer="", host="",
    ...                parameters=0, rows=(row,), steps=(), blocks=())
    >>> architecture(bare) is None
    True
    """
    steps = tuple(_steps(profile))
    if not FEWEST <= len(steps) <= MOST or not any(rows * columns > 1 for _, (_, rows, columns), _ in steps):
        return None
    return Diagram(
        tuple(Cell(Span(one.name), one.note) for one in steps),
        tuple((number, number + 1, "") for number in range(len(steps) - 1)),
        title=TITLE,
        solids=tuple(one.sizes for one in steps),
    )


def _steps(profile: Profile) -> Iterator[Step]:
    before: tuple[int, ...] = ()
    given = re.search(r"\((\d+(?:, \d+)+)\)$", profile.inputs[0]) if len(profile.inputs) == 1 else None
    if given is not None:
        before = tuple(map(int, given[1].split(", ")))
        yield from _step("input", before)
    for row in profile.rows:
        if row.phase != "forward" or not row.outputs:
            continue
        shape = row.outputs[0].layout.shape
        if _counts(row, shape, before):
            macs = prefixed(row.macs // shape[0], "").rstrip() if row.macs and shape[0] else "-"
            yield from _step(row.label, shape, f"{row.fresh:,}\n{macs}" if row.fresh else f"-\n{macs}")
            before = shape


def _counts(row: Row, shape: tuple[int, ...], before: tuple[int, ...]) -> bool:
    return row.macs > 0 or (shape != before and len(shape) == len(before))


def _step(name: str, shape: tuple[int, ...], note: str = "") -> Iterator[Step]:
    if len(shape) == _IMAGES and min(shape) > 0:
        yield Step(name, (shape[1], shape[2], shape[3]), note)
    elif len(shape) == _VECTORS and min(shape) > 0:
        yield Step(name, (shape[1], 1, 1), note)
