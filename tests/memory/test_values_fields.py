"""Elements of structured arrays, in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorlab.layout.window import window
from tensorlab.memory.registry import describe
from tensorlab.memory.spelling import structure
from tensorlab.memory.values import read


def words(thing: Any, limit: int = 99) -> tuple[str, ...]:
    memory = describe(thing)
    assert memory.sizes is not None
    return read(thing, memory, tuple(window(n, limit) for n in memory.sizes))


def test_an_element_with_fields_spells_subarrays_as_lists() -> None:
    records = np.zeros(3, [("n", "u1"), ("y", ">i2", (2,)), ("s", "S3")])
    records["y"][1] = [-1, 2]
    assert words(records, 2) == ("(0, [0, 0], b'')",) * 2
    assert words(records[1:2]) == ("(0, [-1, 2], b'')",)
    assert words(records[1]) == ("(0, [-1, 2], b'')",)
    assert words(np.zeros((), [("a", "u1", (2, 2))])) == ("([[0, 0], [0, 0]])",)
    assert words(np.zeros(1, [("a", "u1", 1000)])) == ("([0, 0, 0, …])",)
    assert words(np.zeros(1, [("p", [("a", "f4")]), ("q", [("b", "u1")], 2)])) == ("((0), [(0), (0)])",)
    assert words(np.zeros(1, [(f"f{n}", "f8") for n in range(99)])) == ("(0, 0, 0, 0, 0, 0, …",)


def test_an_object_in_a_field_is_only_looked_at() -> None:
    held = np.zeros(2, [("o", "O")])
    held["o"] = [np.broadcast_to(np.zeros(()), (10**6,) * 3), object()]
    assert words(held) == ("([[[0, 0, 0, …], [0…", "(<object>)")
    assert structure((np.zeros((1,) * 9),)) == "(<ndarray>)"
