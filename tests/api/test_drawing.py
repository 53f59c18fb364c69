from __future__ import annotations

import numpy as np
import torch

from tensorlab.api.drawing import shown_map, shown_object
from tensorlab.api.objects import show
from tensorlab.memory.registry import describe


def test_a_record_has_no_values_to_read() -> None:
    x = np.arange(3)
    assert shown_map(describe(x), "value").content == "index"
    assert shown_object(x, describe(x), "value").values == ("0", "1", "2")


def test_windows_are_bounded_however_large_the_object_is() -> None:
    memory = describe(torch.empty((10**3,) * 4, device="meta"))
    assert [axis.shown for axis in shown_map(memory, "index").axes] == [1, 2, 4, 8]
    flat = describe(torch.empty(10**9, device="meta"))
    assert [axis.shown for axis in shown_map(flat, "index").axes] == [64]


def test_pointers_are_followed_where_there_are_some() -> None:
    items = [1.5, 1.5]
    assert shown_object(items, describe(items), "index").boxed is not None
    assert shown_map(describe(items), "index").boxed is None


def test_every_block_of_a_small_object_is_drawn() -> None:
    small = describe(torch.empty((2, 2, 2, 2, 3), device="meta"))
    assert not any(axis.hidden for axis in shown_map(small, "index").axes)
    assert [axis.shown for axis in shown_map(describe(torch.empty(9, 4, 3)), "index").axes] == [9, 4, 3]


def test_the_more_objects_the_fewer_cells_of_each() -> None:
    large = describe(torch.empty((10**3, 10**3), device="meta"))
    shown = [[axis.shown for axis in shown_map(large, "index", objects=n).axes] for n in (4, 12, 13)]
    assert shown == [[8, 16], [4, 8], [2, 4]]


def test_little_is_not_hidden_in_strip_or_grid() -> None:
    assert "more" not in show(bytearray(72)).text()
    assert "… 9 more …" in show(bytearray(73)).text()
    assert "more" not in show(memoryview(bytearray(72)).cast("B", (4, 18))).text()
    assert "more" not in show(memoryview(bytearray(72)), bytearray(70)).text()
    many = torch.empty((3, 9, 18), device="meta")
    assert [axis.shown for axis in shown_map(describe(many), "index").axes] == [2, 4, 8]
    assert [axis.shown for axis in shown_map(describe(many[:2]), "index").axes] == [2, 9, 18]
