"""Slots one by one and in columns: what they hold, and what they say."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from tensorlab.autograd.saved.record import Saved, SavedColumns, logical_bytes
from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.memory.record import MemoryMap

ROW = MemoryMap(
    type="torch.Tensor", library="torch", shape=(10,), dtype=dtype("float32"), layout=Layout((10,), (4,), itemsize=4)
)
COLUMNS = SavedColumns(
    nodes=array("q", [2, 2, 5]),
    words=("self", "result"),
    names=array("q", [0, 1, 1]),
    states=array("q", [0, 1, 0]),
    layouts=(ROW,),
    forms=array("q", [0, -1, 0]),
    storages=array("q", [0, -1, 0]),
    sources=array("q", [1, -1, -1]),
    devices=("cpu",),
    places=array("q", [0]),
    extents=array("q", [400]),
    addresses=array("q", [4096]),
)


def test_a_slot_of_columns_has_its_storage() -> None:
    first, freed, other = COLUMNS
    assert (first.storage, first.source, first.nbytes, freed.memory) == (0, 1, 40, None)
    assert first.memory is not None
    assert first.memory.storage is not None
    assert (first.memory.storage.address, first.memory.storage.nbytes) == (4096, 400)
    assert [saved.slot for saved in COLUMNS.of(2)] == ["self", "result"]
    assert other == COLUMNS[2]


def test_a_slot_in_a_line() -> None:
    saved = Saved(
        node=4,
        slot="self",
        state="held",
        memory=ROW,
        owner="activation",
        version=1,
        name="SinBackward0",
        line="a.py:3",
        holders=("#7 CosBackward0.self",),
    )
    assert str(saved) == (
        "#4 SinBackward0.self float32 (10,) 40 B activation v1 a.py:3; also kept by #7 CosBackward0.self"
    )
    assert Saved(node=4, slot="", state="unknown", name="CopySlices").label == "#4 CopySlices"


def test_logical_bytes_of_what_has_no_strides_are_those_of_its_parts() -> None:
    sparse = MemoryMap(
        type="torch.Tensor",
        library="torch",
        shape=(100, 100),
        dtype=dtype("float32"),
        parts=(("values", ROW), ("indices", ROW)),
    )
    assert logical_bytes(sparse) == 80
    opaque = MemoryMap(type="torch.Tensor", library="torch", shape=(2, 3), dtype=dtype("int64"))
    assert logical_bytes(opaque) == 48
    assert logical_bytes(MemoryMap(type="torch.Tensor", library="torch", shape=("n", 3), dtype=dtype("int64"))) == 0


@pytest.mark.parametrize("column", ["names", "states", "forms", "storages", "places", "owners"])
def test_a_number_of_nothing_is_refused(column: str) -> None:
    wrong = array("q", [99999]) if column in {"places", "owners"} else array("q", [0, 99999, 0])
    with pytest.raises(LayoutError, match=rf"numbers in slots\.{column} are -?[01] to \d; got 99999"):
        replace(COLUMNS, **{column: wrong})  # type: ignore[arg-type]  # all of them are columns


@pytest.mark.parametrize(("column", "of"), [("names", "slot"), ("sources", "slot"), ("extents", "storage")])
def test_a_column_that_is_too_short_is_refused(column: str, of: str) -> None:
    with pytest.raises(LayoutError, match=f"{column} has one number for each {of}"):
        replace(COLUMNS, **{column: array("q", [0, 0])})  # type: ignore[arg-type]  # all of them are columns
