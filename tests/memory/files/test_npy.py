from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tensor_files import npy_bytes, written

from tensorlab.errors import StoreError
from tensorlab.memory.files.npy import MAGIC, header
from tensorlab.memory.files.reading import read_file
from tensorlab.memory.ndarray import describe

if TYPE_CHECKING:
    from pathlib import Path


@given(
    shape=st.lists(st.integers(0, 4), max_size=4),
    kind=st.sampled_from(["<f4", ">i2", "|b1", "<c16", "<U3", "|S5", "<M8[ns]", "|V6", "<f2", "|u1"]),
    order=st.sampled_from("CF"),
)
def test_what_is_told_is_what_numpy_loads(
    tmp_path_factory: pytest.TempPathFactory, shape: list[int], kind: str, order: Any
) -> None:
    array = np.zeros(shape, dtype=kind, order=order)
    path = written(tmp_path_factory.mktemp("npy"), "x.npy", npy_bytes(array))
    content = read_file(path)
    ((name, memory),) = content.tensors
    loaded = np.load(path)
    live = describe(loaded)
    assert (name, memory.shape, memory.dtype) == ("", live.shape, live.dtype)
    assert memory.layout is not None
    assert live.layout is not None
    if loaded.size:
        assert memory.layout.strides == live.layout.strides
    assert memory.storage is not None
    assert memory.storage.address == content.nbytes - loaded.nbytes


def test_versions_fields_objects_and_what_follows(tmp_path: Path) -> None:
    fields = np.zeros(3, dtype=[("x", "<f8"), ("inner", [("a", "u1"), ("b", ">i4")]), ("many", "<i2", (2, 3))])
    ((_, memory),) = read_file(written(tmp_path, "f.npy", npy_bytes(fields))).tensors
    assert memory.dtype == describe(fields).dtype
    wide = np.zeros(2, dtype=[("é" * 3, "<f8")])
    ((_, memory),) = read_file(written(tmp_path, "w.npy", npy_bytes(wide))).tensors
    assert memory.dtype == describe(wide).dtype
    content = read_file(written(tmp_path, "o.npy", npy_bytes([None, {}], allow_pickle=True)))
    assert [doubt.code for doubt in content.tensors[0][1].doubts] == ["pickled"]
    assert content.tensors[0][1].layout is None
    two = read_file(written(tmp_path, "t.npy", npy_bytes(np.ones(2)) * 2))
    assert [doubt.code for doubt in two.doubts] == ["trailing"]
    assert [record.nbytes for record in two.records] == [16, two.nbytes - 144]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "does not begin"),
        (MAGIC + b"\1\0\xff\xff" + b" " * 99, "NumPy reads no more"),
        (MAGIC + b"\1\0\x50\0" + b" " * 9, "ends within its header"),
        (MAGIC + b"\3\0\4\0\0\0\xff\xff\xff\xff", "no text"),
        (MAGIC + b"\1\0\4\0[1] ", "does not tell descr"),
    ],
)
def test_a_damaged_header_is_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        header(lambda position, count: data[position : position + count])
