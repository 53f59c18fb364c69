from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tensorlab.api.objects import show
from tensorlab.diagram.facts import boxes_table, facts_table, fields_table, order_words, warp_words
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.memory.ndarray import element
from tensorlab.memory.record import Boxes, MemoryMap, Storage
from tensorlab.render.text import text


def test_order_words() -> None:
    assert order_words(Layout((2, 2), (8, 4), 0, 4)) == "contiguous in C (row-major)"
    assert order_words(Layout((2,), (4,), 0, 4)) == "contiguous in C (row-major) and F (column-major)"
    assert order_words(Layout((2, 3, 2), (8, 16, 4), 0, 4)) == (
        "dense but permuted: axis j has stride 16 B, C order needs 8 B"
    )
    assert order_words(Layout((2, 3), (12, -4), 8, 4)) == (
        "dense but reversed: axis j has stride -4 B, C order needs 4 B"
    )
    assert order_words(Layout((2, 3), (-4, 8), 4, 4)) == "dense but reversed: axis i has stride -4 B, F order needs 4 B"
    assert order_words(Layout((2, 3, 2), (8, 16, -4), 4, 4)) == (
        "dense but permuted: axis k has stride -4 B, C order needs 4 B"
    )
    assert order_words(Layout((3, 2), (0, 4), 0, 4)) == "not contiguous: axis i repeats the same bytes (stride 0)"
    assert order_words(Layout((2, 2, 2, 2), (32, 4, 16, 8), 0, 4)) == "contiguous in channels_last"


def test_facts_of_a_map_without_shape() -> None:
    table = facts_table(MemoryMap(type="Lazy", library="torch", shape=None, dtype=None))
    assert [[cell.span.text for cell in row] for row in table.rows] == [["type", "Lazy"], ["shape", "none"]]


def structured(dtype: str | list[Any]) -> list[list[str]]:
    table = fields_table(element(np.dtype(dtype)))
    assert table.head == ("field", "dtype", "byte", "bytes")
    return [[str(cell.span.text) for cell in row] for row in table.rows]


def test_the_fields_of_a_structure() -> None:
    kind = [("n", "i4"), ("y", ">i2", (2,)), ("p", [("a", "U3"), ("b", "<f8")]), ("q", [("x", ">f4")], (2,))]
    assert structured(kind) == [
        ["n", "int32", "0", "4 B"],
        ["y", "int16[2], bytes swapped", "4", "4 B"],
        ["p", "struct", "8", "20 B"],
        ["p.a", "U3", "8", "12 B"],
        ["p.b", "float64", "20", "8 B"],
        ["q", "struct[2]", "28", "8 B"],
        ["q.x", "float32, bytes swapped", "28", "4 B"],
    ]
    assert structured("i4, f8, u1")[2] == ["f2", "uint8", "12", "1 B"]


def test_at_most_twelve_fields_are_drawn() -> None:
    kind: list[Any] = [(f"f{n}", "i4") for n in range(12)]
    assert [row[0] for row in structured(kind)] == [name for name, _ in kind]
    kind.append(("p", [("a", "i4"), ("b", "i4")]))
    assert structured(kind)[12:] == [["… 3 more", "", "", ""]]


def test_one_of_a_thing_is_said_as_one() -> None:
    boxes = Boxes(count=1, unique=1, nbytes=24, interned=0, spare=0, types=(("float", 1, 24),), addresses=(1,))
    assert text(boxes_table(boxes)).splitlines()[0] == "1 pointer to 1 object"


def access(layout: Layout, address: int | None, *, device: str = "cpu", nbytes: int = 10**6) -> list[str]:
    storage = Storage(device=device, address=address, nbytes=nbytes, owner="torch")
    memory = MemoryMap(
        type="t", library="torch", shape=layout.shape, dtype=dtype("float32"), layout=layout, storage=storage
    )
    rows = text(facts_table(memory)).splitlines()
    return [row for row in rows if row.startswith(("align", "warp"))]


def test_how_hardware_reaches_the_elements() -> None:
    assert access(Layout((64, 64), (256, 4), 0, 4), 4096) == [
        "align    address 128 B, strides (128, 4) B, widest vector load 16 B",
        "warp     touches 4 sectors of 32 B along j, 32 along i",
    ]
    assert access(Layout((3, 60), (256, 4), 4, 4), 4096) == [
        "align    address 4 B, strides (128, 4) B, widest vector load 4 B",
        "warp     touches 5 sectors of 32 B along j, 3 along i (3 lanes)",
    ]
    assert access(Layout((), (), 8, 4), 4096) == ["align    address 8 B, widest vector load 4 B"]
    assert (
        access(Layout((9,), (4,), 0, 4), 2**46, device="cuda:0")[1]
        == "warp     touches 2 sectors of 32 B along i (9 lanes)"
    )


def test_nothing_is_told_of_what_has_no_address_no_bytes_or_too_few() -> None:
    assert access(Layout((3,), (4,), 0, 4), None, device="meta") == []
    assert access(Layout((0, 3), (12, 4), 0, 4), 4096) == []
    assert access(Layout((3,), (4,), 0, 4), 4096, nbytes=8) == []


def test_many_axes_are_counted() -> None:
    assert warp_words(Layout((2,) * 5, (16, 8, 4, 2, 1)), 64).count("along") == 5
    assert warp_words(Layout((2,) * 6, (32, 16, 8, 4, 2, 1)), 64).endswith("1 along k (2 lanes), … 2 more axes")


def test_the_bytes_of_components_are_told_where_there_is_no_storage_of_the_whole() -> None:
    facts = str(show(torch.eye(3).to_sparse()))
    assert "storage  60 B on cpu, in 2 components" in facts


def test_the_file_behind_a_storage_is_named() -> None:
    mapped = Storage(device="cpu", address=4096, nbytes=12, owner="mmap.mmap", path="/data/w.npy")
    memory = MemoryMap(type="numpy.memmap", library="numpy", shape=None, dtype=None, storage=mapped)
    assert "mapped from /data/w.npy" in str(show(memory))
