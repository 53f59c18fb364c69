"""Diagrams as trees in text."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.render.pen import Pen
from tensorlab.render.text_tree import joins, tree_lines
from tensorlab.scene.record import Cell, Diagram, Span


def diagram(names: str, *edges: tuple[int, int]) -> Diagram:
    return Diagram(tuple(Cell(Span(name)) for name in names), tuple((one, other, "") for one, other in edges))


GRAPHS = st.integers(1, 9).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda e: e[0] < e[1])),
    )
)


@given(GRAPHS, st.booleans())
def test_every_box_is_drawn_once_in_the_columns_that_there_are(
    made: tuple[int, list[tuple[int, int]]],
    plain: bool,  # noqa: FBT001 - drawn
) -> None:
    count, edges = made
    names = "ABCDEFGHI"[:count]
    lines = tree_lines(diagram(names, *edges), Pen(40, ascii=plain))
    for name in names:
        assert sum(name in line for line in lines) == 1
    assert all(len(line) <= 40 for line in lines)


def test_branches_come_together_below() -> None:
    lines = tree_lines(diagram("abcde", (0, 1), (0, 2), (1, 3), (2, 3), (3, 4)), Pen(ascii=True))
    assert lines == ["a", "+- b", "|  to [1]", "+- c", "|  to [1]", "d [1]", "e"]


def test_a_chain_that_goes_on_is_told_from_branches_that_end() -> None:
    lines = tree_lines(diagram("abcdef", (0, 1), (0, 2), (2, 3), (3, 4), (4, 5)), Pen(ascii=True))
    assert lines == ["a", "+- b", "c", "d", "e", "f"]
    assert tree_lines(diagram("abc", (0, 1), (0, 2)), Pen(ascii=True)) == ["a", "+- b", "`- c"]


def test_several_outputs_have_headings_and_lines_between() -> None:
    three = replace(diagram("abcx", (0, 3), (1, 3), (2, 1)), heads=((0, "output 0"), (1, "output 1"), (2, "output 2")))
    assert tree_lines(three, Pen()) == [
        "output 0",
        "a",
        "x [1]",
        "",
        "output 2",
        "c",
        "b = output 1",
        "to [1] above",
    ]


def test_parallel_arrows_are_counted() -> None:
    assert tree_lines(diagram("ab", (0, 1), (0, 1)), Pen()) == ["a", "b (2 arrows)"]


def test_a_chain_of_twenty_thousand_is_no_recursion() -> None:
    count = 20_000
    cells = tuple(Cell(Span(str(n))) for n in range(count))
    edges = tuple((n, n + 1, "") for n in range(count - 1))
    assert len(tree_lines(Diagram(cells, edges), Pen())) == count


def test_a_cycle_ends() -> None:
    assert len(tree_lines(diagram("ab", (0, 1), (1, 0)), Pen())) == 3


def test_nothing_joins_where_all_ways_end() -> None:
    assert joins(3, {0: [1, 2]}) == [None, None, None]
