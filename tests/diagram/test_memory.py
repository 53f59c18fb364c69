from __future__ import annotations

import warnings

import numpy as np
import torch

from tensorlab.api.objects import show
from tensorlab.diagram.memory import PARTS, Shown, memory_scene, situated
from tensorlab.diagram.users import STEPS
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shard import Placement, Shard
from tensorlab.layout.window import windows
from tensorlab.memory.ndarray import describe
from tensorlab.memory.record import Doubt, MemoryMap, Storage
from tensorlab.render.text import text
from tensorlab.scene.record import Cells, Group


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


def test_bytes_in_use_are_exact_or_a_bound_and_not_told_where_they_are_not_there() -> None:
    assert "storage  24 B on cpu, owned by torch; 20 B of them used (83.3 %)" in lines(
        mapped(Layout((3, 3), (4, 4), 0, 4), 24)
    )
    wild = Layout((3000, 3000), (4 * 3667, 4 * 6119), 0, 4)
    assert "at most 36,000,000 B of them" in " ".join(lines(mapped(wild, 10**9)))
    assert "storage  4 B on cpu, owned by torch" in lines(mapped(Layout((9,), (4,), 0, 4), 4))


def test_a_structure_is_drawn_with_its_fields() -> None:
    memory = describe(np.zeros(3, [("x", "f4"), ("flag", "u1")]))
    out = lines(Shown(memory, windows(Layout((3,), (5,)), (8,))))
    assert out[0] == "numpy.ndarray struct (3,)"
    assert "dtype    struct, 5 B an element, 2 fields" in out
    assert "flag   uint8       4    1 B" in out


def test_strip_and_grid_number_the_same_bytes_where_elements_are_no_unit() -> None:
    out = lines(mapped(Layout((3,), (6,), 0, 4), 18))
    assert "[ 0][ 2]  4 [ 6][ 8] 10 [12][14] 16" in out
    assert out[-1] == "0 [ 0][ 6][12]"


def part(nbytes: int) -> MemoryMap:
    return mapped(Layout((nbytes // 4,), (4,), 0, 4), nbytes).memory


def shown(memory: MemoryMap) -> Shown:
    layout = memory.layout
    axes = windows(layout, (8,)) if layout else ()
    return Shown(memory, axes, parts=tuple((name, shown(inner)) for name, inner in memory.parts[:PARTS]))


def test_components_are_layouts_of_their_own_below_the_facts() -> None:
    parts = (("crow_indices", part(16)), ("values", part(12)))
    whole = MemoryMap(
        type="torch.Tensor",
        library="torch",
        shape=(3, 3),
        dtype=dtype("float32"),
        parts=parts,
        doubts=(Doubt("no-strides", "a csr tensor has no strides"),),
    )
    out = text(memory_scene(shown(whole)))
    assert out == COMPRESSED
    assert text(memory_scene(shown(whole)), ascii=True) == COMPRESSED


COMPRESSED = """\
torch.Tensor float32 (3, 3)
type     torch.Tensor
dtype    float32, 4 B an element, C float
shape    (3, 3): 9 elements
storage  16 B on cpu, in 2 components

a csr tensor has no strides

crow_indices: torch.Tensor float32 (4,)
type     torch.Tensor
dtype    float32, 4 B an element, C float
shape    (4,): 4 elements, 16 B
strides  (1,) elements = (4,) B
offset   0 elements = 0 B
order    contiguous in C (row-major) and F (column-major)
storage  16 B on cpu, owned by torch; 16 B of them used (100 %)
align    address 64 B, strides (4,) B, widest vector load 16 B
warp     touches 1 sector of 32 B along i (4 lanes)

address(i) = 0 + 1*i   (elements)

storage, 4 cells of 4 B, numbered in elements
[0][1][2][3]
[n] used

element at each index, by its position in the storage (elements)
0 [0][1][2][3]

values: torch.Tensor float32 (3,)
type     torch.Tensor
dtype    float32, 4 B an element, C float
shape    (3,): 3 elements, 12 B
strides  (1,) elements = (4,) B
offset   0 elements = 0 B
order    contiguous in C (row-major) and F (column-major)
storage  12 B on cpu, owned by torch; 12 B of them used (100 %)
align    address 64 B, strides (4,) B, widest vector load 4 B
warp     touches 1 sector of 32 B along i (3 lanes)

address(i) = 0 + 1*i   (elements)

storage, 3 cells of 4 B, numbered in elements
[0][1][2]
[n] used

element at each index, by its position in the storage (elements)
0 [0][1][2]"""


def test_components_beyond_the_first_are_counted() -> None:
    whole = MemoryMap(
        type="T",
        library="torch",
        shape=None,
        dtype=None,
        parts=tuple((str(n), part(4)) for n in range(PARTS + 2)),
    )
    out = text(memory_scene(shown(whole))).splitlines()
    assert out[-1] == "… 2 more components not drawn"
    assert sum(line.endswith(": torch.Tensor float32 (1,)") for line in out) == PARTS


def test_a_symbolic_size_stands_without_quotes() -> None:
    whole = MemoryMap(type="T", library="torch", shape=(2, "j1"), dtype=dtype("float32"))
    out = text(memory_scene(shown(whole))).splitlines()
    assert out[0] == "T float32 (2, j1)"
    assert "shape  (2, j1): some sizes are symbolic" in out


def test_a_tensor_of_several_ranks_tells_what_is_here_in_a_line() -> None:
    inner = mapped(Layout((2, 3), (12, 4), 0, 4), 24).memory
    whole = MemoryMap(
        type="DTensor",
        library="torch",
        shape=(8, 3),
        dtype=dtype("float32"),
        parts=(("local", inner),),
        shard=Shard((8, 3), (4,), (), (Placement("shard", axis=0),), (0,), (0, 0)),
    )
    assert "local (2, 3) 24 B of global (8, 3) 96 B, Shard(0) over 4 ranks" in text(memory_scene(shown(whole))).split(
        "\n"
    )


def strip_of(scene: Group) -> Cells:
    return next(child for child in scene.children if isinstance(child, Cells) and len(child.shape) == 1)


def test_boxes_of_packed_values_say_how_many_they_hold() -> None:
    packed = show(torch.zeros(3, dtype=torch.uint8).view(torch.float4_e2m1fn_x2), cells="value").scene
    assert {cell.note[-14:] for cell in strip_of(packed).cells} == {"2 values in it"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that they will go
        quantized = torch._empty_affine_quantized([2, 3], scale=1, zero_point=0, dtype=torch.quint4x2)
    (inner,) = [child for child in show(quantized).scene.children if isinstance(child, Group) and child.title]
    assert strip_of(inner).cells[0].note == "byte 0: used by index (0,)   2 values in it"


def test_storages_are_numbered_in_order_and_components_of_one_run_lie_in_one() -> None:
    masked = np.ma.masked_array(np.arange(4, dtype=np.int16), [False, True, False, False])
    whole = show(masked).scene
    (mask,) = [child for child in whole.children if isinstance(child, Group) and child.title.startswith("mask")]
    assert strip_of(whole).cells[1].ties == (("storage 0", 2, 4),)
    assert strip_of(mask).cells[1].ties == (("storage 1", 1, 2),)
    held = bytearray(12)
    shown_together = situated([shown(describe(np.frombuffer(held, "u1"))), shown(describe(np.zeros(2)))], [3, None])
    assert [(one.spot.space, one.spot.hue) for one in shown_together] == [("storage 0", 3), ("storage 1", None)]


def test_storages_without_a_byte_are_numbered_last() -> None:
    placed = situated([mapped(Layout((0, 3), (12, 4), 0, 4), 0), mapped(Layout((1,), (4,)), 4, device="meta")], [0, 1])
    assert [one.spot.space for one in placed] == ["storage 1", "storage 0"]


def test_hard_searches_of_one_figure_share_its_steps() -> None:
    hard, easy = Layout((9, 9), (12, 20), 0, 4), Layout((9, 9), (72, 8), 0, 4)
    steps = [one.spot.steps for one in situated([mapped(hard), mapped(easy), mapped(hard)], [0, 1, 2])]
    assert steps == [STEPS // 4] * 3
    assert situated([mapped(easy)])[0].spot.steps == STEPS // 2
