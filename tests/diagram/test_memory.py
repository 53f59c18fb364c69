from __future__ import annotations

from tensorlab.diagram.memory import Shown, facts_table, memory_scene, order_words
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.window import windows
from tensorlab.memory.record import Doubt, MemoryMap, Storage
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
    assert order_words(Layout((3, 2), (0, 4), 0, 4)) == "not contiguous: axis i repeats the same bytes (stride 0)"
    assert order_words(Layout((2, 2, 2, 2), (32, 4, 16, 8), 0, 4)) == "contiguous in channels_last"


def test_facts_of_a_map_without_shape() -> None:
    table = facts_table(MemoryMap(type="Lazy", library="torch", shape=None, dtype=None))
    assert [[cell.span.text for cell in row] for row in table.rows] == [["type", "Lazy"], ["shape", "none"]]
