from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from support.tensor_files import archive_bytes, npy_bytes, npz_bytes, written

from tensorlab.memory.files.npz import is_archive
from tensorlab.memory.files.reading import read_file

if TYPE_CHECKING:
    from pathlib import Path


def test_stored_members_lie_in_the_file(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {"one": np.arange(5.0), "two": np.ones((2, 3), dtype=np.int8, order="F")}
    path = written(tmp_path, "x.npz", npz_bytes(**arrays))
    content = read_file(path)
    data = (tmp_path / "x.npz").read_bytes()
    assert [name for name, _ in content.tensors] == ["one", "two"]
    for name, memory in content.tensors:
        assert memory.storage is not None
        start = memory.storage.address or 0
        assert data[start : start + (memory.storage.nbytes or 0)] == arrays[name].tobytes("A")


def test_deflated_members_are_told_and_not_inflated(tmp_path: Path) -> None:
    content = read_file(written(tmp_path, "x.npz", npz_bytes(compressed=True, z=np.zeros(10**6), o=np.arange(9))))
    memory = dict(content.tensors)["z"]
    assert memory.shape == (1_000_000,)
    assert memory.layout is None
    assert memory.traits == {"compressed"}
    assert memory.doubts[0].text.startswith("8,000,128 B deflated to ")
    assert memory.storage is not None
    assert (memory.storage.nbytes or 0) < 10_000


def test_an_archive_of_nothing(tmp_path: Path) -> None:
    assert read_file(written(tmp_path, "x.npz", archive_bytes({}))).tensors == ()
    assert not is_archive([])


def test_records_beside_the_arrays_are_counted(tmp_path: Path) -> None:
    for count, words in ((1, "1 record that is no .npy file: 'x0'"), (2, "2 records that are no .npy files, as 'x0'")):
        others = {f"x{n}": b"" for n in range(count)}
        path = written(tmp_path, "x.npz", archive_bytes({"w.npy": npy_bytes([1]), **others}))
        assert read_file(path).doubts[0].text == words
