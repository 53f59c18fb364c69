"""Numbers of nodes: against a recursive oracle on small graphs, and linear on large ones."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tensorlab.autograd.order import numbers_of, ordered

if TYPE_CHECKING:
    from tensorlab.autograd.order import Row


def oracle(rows: list[Row], roots: list[int]) -> tuple[list[int], list[int]]:
    finished: list[int] = []
    heights: dict[int, int] = {}

    def visit(place: int) -> None:
        if place not in heights:
            targets = rows[place][1::3]
            for target in targets:
                visit(target)
            heights[place] = max((heights[target] + 1 for target in targets), default=0)
            finished.append(place)

    for root in roots:
        visit(root)
    used = [target for place in finished for target in rows[place][1::3] if not heights[target]]
    leaves = dict.fromkeys([*used, *(place for place in finished if not heights[place])])
    above = [place for place in finished if heights[place]]
    return [*leaves, *above], [heights[place] for place in range(len(rows))]


def random_graph(seed: int) -> tuple[list[Row], list[int]]:
    chance = random.Random(seed)
    count = chance.randint(1, 14)
    shuffled = chance.sample(range(count), count)
    rows: list[Row] = [()] * count
    for place in range(count - 1):
        targets = [chance.randint(place + 1, count - 1) for _ in range(chance.choice([0, 1, 1, 1, 2, 3]))]
        rows[shuffled[place]] = tuple(n for at, target in enumerate(targets) for n in (at, shuffled[target], 0))
    reached = {target for row in rows for target in row[1::3]}
    roots = [place for place in range(count) if place not in reached]
    return rows, chance.sample(roots, len(roots))


@pytest.mark.parametrize("first", range(0, 2000, 500))
def test_the_order_is_that_of_a_recursive_walk(first: int) -> None:
    for seed in range(first, first + 500):
        rows, roots = random_graph(seed)
        assert tuple(ordered(rows, roots)) == oracle(rows, roots), seed


def test_leaves_come_first_and_targets_before_sources() -> None:
    for seed in range(300):
        rows, roots = random_graph(seed)
        numbers = numbers_of(ordered(rows, roots).places)
        leaves = [numbers[place] for place, row in enumerate(rows) if not row]
        assert sorted(leaves) == list(range(len(leaves)))
        assert all(numbers[place] > numbers[target] for place, row in enumerate(rows) for target in row[1::3])


def test_deep_graphs_need_no_recursion() -> None:
    count = 100_000
    single: list[Row] = [(0, place + 1, 0) for place in range(count)]
    twice: list[Row] = [(0, place + 1, 0, 1, place + 1, 0) for place in range(count)]
    for rows in ([*single, ()], [*twice, ()]):
        assert ordered(rows, [0]).places == [*range(count, -1, -1)]
        assert ordered(rows, [0]).heights[0] == count
