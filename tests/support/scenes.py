"""Scenes drawn at random: any element in any nesting, any text."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from hypothesis import strategies as st

from tensorlab.quantity import Quantity
from tensorlab.scene.record import Cell, Cells, Group, Role, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.scene.record import Element

ROLES = st.sampled_from(get_args(Role))
WORDS = st.text(max_size=12) | st.builds(
    Quantity, st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["B", "s", "B/s", ""])
)
SPANS = st.builds(Span, WORDS, ROLES)
TITLES = st.text(max_size=8)
CELLS = st.builds(Cell, SPANS, st.text(max_size=8), st.booleans())


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables of up to 4 columns; shrinks to an empty one."""
    width = draw(st.integers(1, 4))
    row = st.tuples(*[CELLS] * width)
    return Table(
        tuple(draw(st.lists(st.text(max_size=8), min_size=width, max_size=width))),
        tuple(draw(st.lists(row, max_size=4))),
    )


@st.composite
def boxes(draw: st.DrawFn, cells: st.SearchStrategy[Cell] = CELLS, titles: st.SearchStrategy[str] = TITLES) -> Cells:
    """Cells of up to 4 axes with gaps; shrinks to one box."""
    shape = tuple(draw(st.lists(st.integers(1, 3), max_size=4)))
    count = 1
    for n in shape:
        count *= n
    gaps = tuple((axis, draw(st.integers(0, n)), draw(st.integers(1, 10**9))) for axis, n in enumerate(shape))
    return Cells(
        shape, tuple(draw(cells) for _ in range(count)), gaps=gaps, title=draw(titles), row=draw(st.integers(1, 9))
    )


def elements() -> st.SearchStrategy[Element]:
    """Any scene; shrinks to an empty text."""
    leaves = st.builds(Text, st.lists(SPANS, max_size=4).map(tuple)) | tables() | boxes()
    return st.recursive(
        leaves,
        lambda inner: st.builds(Group, st.lists(inner, max_size=3).map(tuple), st.text(max_size=8)),
        max_leaves=5,
    )
