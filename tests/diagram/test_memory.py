from __future__ import annotations

from typing import Any

import numpy as np

from tensorlab.diagram.memory import Shown, boxes_table, facts_table, fields_table, memory_scene, order_words
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.window import windows
from tensorlab.memory.ndarray import describe, element
from tensorlab.memory.record import Boxes, Doubt, MemoryMap, Storage
from tensorlab.render.text import text


def mapped(layout: Layout, nbytes: int | None = None, *, device: str = "cpu", doubts: tuple[Doubt, ...] = ()) -> Shown:
    memory = MemoryMap(
        type="torch.Tensor",
        library="torch",
        shape=layout.shape,
        dtype=dtype("float32"),
        layout=layout,
        storage=Storage(device=device, address=None if device == "meta" else 64, nbytes=nbytes, owner="torch"),
        doubts=doubts,
    )
    return Shown(memory, windows(layout, (1, 2, 3, 8, 16)))


def lines(shown: Shown) -> list[str]:
    return text(memory_scene(shown)).splitlines()


def test_issue_example_of_an_address_formula() -> None:
    out = lines(mapped(Layout((3, 5), (280, 28), 92, 4), 4000))
    assert "address(i,j) = 23 + 70*i + 7*j   (elements)" in out
    assert "storage  4,000 B on cpu, owned by torch; 60 B of them used (1.5 %)" in out
    assert "offset   23 elements = 92 B" in out


def test_a_negative_stride_is_subtracted() -> None:
    out = lines(mapped(Layout((3,), (-4,), 8, 4), 12))
    assert "address(i) = 2 - 1*i   (elements)" in out
    assert "0 [2][1][0]" in out


def test_zero_dimensions_draw_one_element() -> None:
    out = lines(mapped(Layout((), (), 8, 4), 12))
    assert "address() = 2   (elements)" in out
    assert " 0  1 [2]" in out
    assert out[-1] == "[2]"


def test_no_elements_touch_no_byte() -> None:
    assert lines(mapped(Layout((0, 3), (12, 4), 0, 4), 0))[-1] == "no elements: no byte is touched"


def test_strides_that_are_no_whole_elements_are_told_in_bytes() -> None:
    out = lines(mapped(Layout((2,), (5,), 1, 4), 10))
    assert "strides  (5,) B" in out
    assert "address(i) = 1 + 5*i   (bytes)" in out


def test_meta_and_unknown_extent_are_said() -> None:
    out = lines(mapped(Layout((2,), (4,), 0, 4), 8, device="meta"))
    assert "storage  8 B on meta, owned by torch (no bytes behind it)" in out
    assert "storage  of unknown extent, on cpu, owned by torch" in lines(mapped(Layout((2,), (4,), 0, 4), None))


def test_a_doubt_is_a_line_of_its_own() -> None:
    doubt = Doubt("storage-too-small", "storage 0 B < 8 B needed: data not readable")
    assert doubt.text in lines(mapped(Layout((2,), (4,), 0, 4), 0, doubts=(doubt,)))


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


def test_bytes_in_use_are_exact_or_a_bound_and_not_told_where_they_are_not_there() -> None:
    assert "storage  24 B on cpu, owned by torch; 20 B of them used (83.3 %)" in lines(
        mapped(Layout((3, 3), (4, 4), 0, 4), 24)
    )
    wild = Layout((3000, 3000), (4 * 3667, 4 * 6119), 0, 4)
    assert "at most 36,000,000 B of them" in " ".join(lines(mapped(wild, 10**9)))
    assert "storage  4 B on cpu, owned by torch" in lines(mapped(Layout((9,), (4,), 0, 4), 4))


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


def test_a_structure_is_drawn_with_its_fields() -> None:
    memory = describe(np.zeros(3, [("x", "f4"), ("flag", "u1")]))
    out = lines(Shown(memory, windows(Layout((3,), (5,)), (8,))))
    assert out[0] == "numpy.ndarray struct (3,)"
    assert "dtype    struct, 5 B an element, 2 fields" in out
    assert "flag   uint8       4    1 B" in out


def test_one_of_a_thing_is_said_as_one() -> None:
    boxes = Boxes(count=1, unique=1, nbytes=24, interned=0, spare=0, types=(("float", 1, 24),), addresses=(1,))
    assert text(boxes_table(boxes)).splitlines()[0] == "1 pointer to 1 object"


def test_strip_and_grid_number_the_same_bytes_where_elements_are_no_unit() -> None:
    out = lines(mapped(Layout((3,), (6,), 0, 4), 18))
    assert "[ 0][ 2]  4 [ 6][ 8] 10 [12][14] 16" in out
    assert out[-1] == "0 [ 0][ 6][12]"
