from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import torch
from support.tensor_files import torch_bytes, written

from tensorlab.memory.files import repacking
from tensorlab.memory.files.repacking import Content, pack, pieces, size_of
from tensorlab.memory.files.source import opened
from tensorlab.memory.files.zipped import entries

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def repacked(folder: Path, data: bytes) -> tuple[bytes, list[Content]]:
    with opened(written(folder, "x.pt", data)) as source:
        contents = [
            Content(each.name, each.nbytes, lambda each=each: [source.take(each.position, each.nbytes)])  # type: ignore[misc]  # bound here
            for each in entries(source)
        ]
        stream = io.BytesIO()
        pack(stream, contents)
    return stream.getvalue(), contents


def test_what_torch_wrote_is_written_to_the_byte(tmp_path: Path) -> None:
    data = torch_bytes({"a": torch.arange(100.0), "z": torch.zeros(0), "b": torch.ones(3)})
    found, contents = repacked(tmp_path, data)
    assert size_of(contents) == len(found) == len(data)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(found)) as new:
        assert old.namelist() == new.namelist()
        for one, other in zip(old.filelist, new.filelist, strict=True):
            assert (one.header_offset, one.CRC, one.file_size) == (other.header_offset, other.CRC, other.file_size)
            assert old.read(one) == new.read(other)
        assert new.testzip() is None


def test_sizes_and_places_of_64_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is lowered, since nobody waits for 4 GiB."""
    monkeypatch.setattr(repacking, "WIDE", 200)
    thing = {"a": torch.arange(100.0), "b": torch.ones(3)}
    found, contents = repacked(tmp_path, torch_bytes(thing))
    assert size_of(contents) == len(found)
    loaded = torch.load(written(tmp_path, "y.pt", found), mmap=True)
    assert torch.equal(loaded["a"], thing["a"])
    with opened(tmp_path / "y.pt") as source:
        assert [(each.name, each.nbytes) for each in entries(source)] == [(c.name, c.nbytes) for c in contents]


def test_many_bytes_are_copied_in_pieces() -> None:
    assert [size for _, size in pieces(10**7)] == [2**22, 2**22, 10**7 - 2**23]
