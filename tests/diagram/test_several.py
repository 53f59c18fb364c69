from __future__ import annotations

import warnings
from itertools import islice, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support.layouts import byte_uses, layouts

from tensorlab.api.objects import show
from tensorlab.diagram.several import names
from tensorlab.layout.address import extent
from tensorlab.render.width import columns
from tensorlab.scene.record import Cells, Group

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout
    from tensorlab.scene.record import Cell

X = torch.arange(24).reshape(4, 6)
VIEWS = """\
3 objects, 1 storage
A and B share 192 B: all of both
A and C share 72 B: all of C
B and C share 72 B: all of C

storage 0 under A, B and C: 192 B on cpu, 24 places of 8 B, numbered in
elements; in a box: the index of its element
at    0    1    2    3    4    5    6    7    8    9   10   11
A  [0,0][0,1][0,2][0,3][0,4][0,5][1,0][1,1][1,2][1,3][1,4][1,5]
B  [0,0][1,0][2,0][3,0][4,0][5,0][0,1][1,1][2,1][3,1][4,1][5,1]
C     ·    ·    ·    ·    ·    · [0,0]   · [0,1]   · [0,2]   ·

at   12   13   14   15   16   17   18   19   20   21   22   23
A  [2,0][2,1][2,2][2,3][2,4][2,5][3,0][3,1][3,2][3,3][3,4][3,5]
B  [0,2][1,2][2,2][3,2][4,2][5,2][0,3][1,3][2,3][3,3][4,3][5,3]
C  [1,0]   · [1,1]   · [1,2]   · [2,0]   · [2,1]   · [2,2]   ·
[n] used    n  not used

A: torch.Tensor int64 (4, 6)
shape (4, 6), strides (6, 1) elements = (48, 8) B, offset 0 elements = 0 B
address(i,j) = 0 + 6*i + 1*j   (elements)

element at each index, by its position in the storage (elements)
    0   1   2   3   4   5
0 [ 0][ 1][ 2][ 3][ 4][ 5]
1 [ 6][ 7][ 8][ 9][10][11]
2 [12][13][14][15][16][17]
3 [18][19][20][21][22][23]

B: torch.Tensor int64 (6, 4)
shape (6, 4), strides (1, 6) elements = (8, 48) B, offset 0 elements = 0 B
address(i,j) = 0 + 1*i + 6*j   (elements)

element at each index, by its position in the storage (elements)
    0   1   2   3
0 [ 0][ 6][12][18]
1 [ 1][ 7][13][19]
2 [ 2][ 8][14][20]
3 [ 3][ 9][15][21]
4 [ 4][10][16][22]
5 [ 5][11][17][23]

C: torch.Tensor int64 (3, 3)
shape (3, 3), strides (6, 2) elements = (48, 16) B, offset 6 elements = 48 B
address(i,j) = 6 + 6*i + 2*j   (elements)

element at each index, by its position in the storage (elements)
    0   1   2
0 [ 6][ 8][10]
1 [12][14][16]
2 [18][20][22]"""
BYTES = """\
2 objects, 1 storage
A and B share 8 B: all of both

storage 0 under A and B: 8 B on cpu, 8
places of 1 B, numbered in bytes; in a
box: the index of its element
byte  0  1  2  3  4  5  6  7
A    [    0     ][    1     ]
B    [0][1][2][3][4][5][6][7]
[n] used"""


def test_three_views_of_one_storage_to_the_letter() -> None:
    figure = show(X, X.t(), X[1:, ::2])
    assert repr(figure) == VIEWS
    assert figure.text(ascii=True) == VIEWS.replace("·", ".")


def test_one_int32_stands_over_four_int8() -> None:
    x = torch.arange(2, dtype=torch.int32)
    assert show(x, x.view(torch.int8)).text(width=40).startswith(BYTES + "\n\nA: ")


def test_libraries_that_begin_at_different_bytes_are_one_storage() -> None:
    held = bytearray(16)
    array = np.frombuffer(held, np.int16)[2:]
    figure = show(held, array, torch.from_numpy(array)[1:], memoryview(held)[::-8])
    assert "4 objects, 1 storage" in figure.text()
    assert rows(figure.scene)["D"] == [None] * 7 + ["1"] + [None] * 7 + ["0"]
    assert rows(figure.scene)["C"] == [None] * 6 + ["0", "1", "2", "3", "4"]


def strips(scene: Group) -> list[Cells]:
    return [child for child in scene.children if isinstance(child, Cells)]


def rows(scene: Group) -> dict[str, list[str | None]]:
    """The boxes of each row of the first storage; None for a hole."""
    drawn = strips(scene)[0]
    texts = [[None if cell.span.role == "hole" else str(cell.span.text) for cell in row] for row in drawn.rows()]
    return dict(zip([str(name.text) for name in drawn.names], texts, strict=True))


def test_meta_tensors_share_by_their_storage_and_devices_stay_apart() -> None:
    x = torch.empty(4, 6, device="meta")
    text = show(x, x.t(), torch.empty(4, 6)).text()
    assert "A and B share 96 B: all of both" in text
    assert "C lies apart in a storage of its own" in text
    assert "storage 0 under A and B: 96 B on meta" in text


def test_interleaved_views_share_no_byte() -> None:
    x = torch.zeros(8)
    lines = show(x[::2], x[1::2], torch.zeros(2), torch.zeros(0)).text().splitlines()
    assert lines[:4] == [
        "4 objects, 2 storages",
        "A and B share no byte of storage 0",
        "C lies apart in a storage of its own",
        "D has no byte to share",
    ]


def test_the_ends_of_every_view_of_a_large_storage_are_drawn() -> None:
    x = torch.zeros(1000, 1000)
    (drawn,) = strips(show(x, x[500], x[:, 7]).scene)
    hidden = sum(count for _, _, count in drawn.gaps)
    assert drawn.shape[1] + hidden == 10**6
    assert drawn.shape[1] <= 64
    texts = rows(show(x, x[500], x[:, 7]).scene)
    for name, ends in (("A", ("0,0", "999,999")), ("B", ("0", "999")), ("C", ("0", "999"))):
        assert set(ends) <= set(texts[name])


def test_objects_without_strides_stand_beside_others() -> None:
    dense = torch.eye(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that it may change
        sparse = dense.to_sparse_csr()
    text = show(sparse, sparse.values(), [1.5, [2]], range(3)).text()
    assert "A.values" in text
    text = " ".join(text.split())
    assert "A and B share bytes: A.values[0] and B[0] are the same byte 0 of one storage on cpu" in text
    assert "D: range (3,)" in text


def test_hues_tell_the_views() -> None:
    scene = show(X, X.t(), X[1:, ::2]).scene
    (drawn,) = strips(scene)
    hues = [{cell.hue for cell in row if cell.span.role == "used"} for row in drawn.rows()[1:]]
    assert hues == [{0}, {1}, {2}]
    for number, group in enumerate(child for child in scene.children if isinstance(child, Group) and child.title):
        assert {cell.hue for child in group.children if isinstance(child, Cells) for cell in child.cells} == {number}


def test_many_objects_have_names_and_rows_that_are_counted() -> None:
    assert list(islice(names(), 25, 28)) == ["Z", "AA", "AB"]
    text = show(*(X[n % 4] for n in range(30))).text()
    assert "and 14 more views: " in " ".join(text.split())
    assert "AD: torch.Tensor int64 (6,)" in text
    assert "… 423 more pairs not told" in text


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_is_wider_than_asked(width: int) -> None:
    field = np.zeros(9, [("x", "<f4"), ("flag", "u1")])
    things: list[Any] = [X, X.flip(0), X[:1].expand(3, 6), X.unfold(0, 2, 1), X.view(torch.int8), field, field["x"]]
    for lines in (show(*things).text(width=width), show(*things).text(width=width, ascii=True)):
        assert max(map(columns, lines.splitlines())) <= max(width, 60 if width == 20 else width)


@given(st.lists(layouts(max_axes=3, max_side=3, max_stride=9), min_size=2, max_size=3))
@settings(max_examples=60, deadline=None)
def test_boxes_are_tied_where_the_element_covers_the_bytes(found: list[Layout]) -> None:
    """Also where the views begin at different bytes of the storage, and elements overlap."""
    held = bytearray(max(extent(layout).stop + layout.offset for layout in found) + 9)
    arrays = [np.ndarray(layout.shape, f"V{layout.itemsize}", held, layout.offset, layout.strides) for layout in found]
    scene = show(*arrays).scene
    (drawn,) = strips(scene)
    assert all(sum(cell.width for cell in row) == drawn.shape[1] for row in drawn.rows())
    groups = [child for child in scene.children if isinstance(child, Group) and child.title]
    for layout, row, group in zip(found, drawn.rows()[1:], groups, strict=True):
        boxes = [cell for child in group.children if isinstance(child, Cells) for cell in child.cells]
        used = {byte for cell in row if cell.span.role != "hole" for byte in _bytes(cell)}
        assert used <= byte_uses(layout).keys()
        assert drawn.gaps or len(used) == len(byte_uses(layout))
        for cell, box in product(boxes, row):
            assert _meet(cell, box) == bool(_bytes(cell) & _bytes(box))


def _bytes(cell: Cell) -> set[int]:
    return {byte for _, start, stop in cell.ties for byte in range(start, stop)}


def _meet(one: Cell, other: Cell) -> bool:
    return any(a[0] == b[0] and max(a[1], b[1]) < min(a[2], b[2]) for a, b in product(one.ties, other.ties))


def test_each_note_begins_with_the_name_of_its_object() -> None:
    x = np.arange(4.0).reshape(2, 2)
    masked = np.ma.masked_array(x, x > 1)
    *_, first, second, third = show(x, [[1.5], [2.5]], masked).scene.children
    notes = [
        [cell.note for child in group.children if isinstance(child, Cells) for cell in child.cells if cell.note]
        for group in (first, second, third)
        if isinstance(group, Group)
    ]
    assert notes[0][1] == "A, index (0, 1)   address 0 + 0*2 + 1*1 = 1 element = byte 8"
    assert notes[1][0] == "B, index (0, 0)   its row is box #1"
    assert {note[:9] for note in notes[2]} == {"C, index "}
    parts = [child for child in third.children if isinstance(child, Group)] if isinstance(third, Group) else []
    inside = [
        cell.note for part in parts for child in part.children if isinstance(child, Cells) for cell in child.cells
    ]
    assert {note.partition(",")[0] for note in inside} == {"C.mask"}
