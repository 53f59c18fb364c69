from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import torch
from support.tensor_files import npz_bytes, safetensors_bytes, torch_bytes, written

from tensorlab.api.files import file_retention
from tensorlab.api.objects import show

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def drawn(folder: Path, name: str, content: bytes, *, ascii_only: bool = False) -> str:
    written(folder, name, content)
    return show(file_retention(name)).text(ascii=ascii_only)


def test_dead_weight_sharing_and_places(tmp_path: Path) -> None:
    base = torch.zeros(1000)
    thing = {"v": base[:10], "w": base[5:8], "far": base[900:], "o": torch.ones(2, dtype=torch.float16)}
    text = drawn(tmp_path, "x.pt", torch_bytes(thing))
    assert text.rstrip() == EXPECTED
    assert drawn(tmp_path, "x.pt", torch_bytes(thing)) == text
    assert drawn(tmp_path, "x.pt", torch_bytes(thing), ascii_only=True).isascii()


EXPECTED = """\
x.pt: torch archive, 5,925 B
4 tensors use 444 B of 4,004 B, 1,921 B of names and directory

v, w and far share a storage, use 440 B, retain 4,000 B (9.09x); slimming drops
  the rest
dead weight: 3,560 B, 60.1 % of the file; --slim OUT drops 3,396 B

name  what             uses  in the file  record            keeps
v     float32 (10,)    40 B     896..935  archive/data/0  4,000 B
w     float32 (3,)     12 B     916..927  "
far   float32 (100,)  400 B   4496..4895  "
o     float16 (2,)      4 B   4992..4995  archive/data/1      4 B

v and w share memory, 40 B in all: v[5] and w[0] are the same byte"""


def test_a_file_without_waste_says_so(tmp_path: Path) -> None:
    text = drawn(tmp_path, "x.pt", torch_bytes([torch.ones(3)]))
    assert "no dead weight: some tensor touches every byte" in text
    assert "no tensor; " in drawn(tmp_path, "n.pt", torch_bytes([3]))


def test_compressed_members_and_gaps_are_told(tmp_path: Path) -> None:
    text = drawn(tmp_path, "x.npz", npz_bytes(compressed=True, a=[1.0] * 99))
    assert "deflated to" in text
    assert "cure: numpy.savez stores arrays as they are" in text
    header = {"a": {"dtype": "U8", "shape": [2], "data_offsets": [1, 3]}}
    text = drawn(tmp_path, "x.safetensors", safetensors_bytes(header, bytes(7)))
    assert "a hole of 1 B before 'a': safetensors refuses the file" in text
    assert "no tensor" in text


def test_many_tensors_are_counted(tmp_path: Path) -> None:
    names = [f"layers.{n}.a_rather_long_name.that_goes_on.and_on.weight" for n in range(100)]
    text = drawn(tmp_path, "x.pt", torch_bytes({name: torch.zeros(9)[: 1 + n % 9] for n, name in enumerate(names)}))
    assert "… 40 more" in text
    assert "80 more records" in text or "more records with" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_tensor_without_bytes_says_why(tmp_path: Path) -> None:
    text = drawn(tmp_path, "x.pt", torch_bytes({"m": torch.empty(3, device="meta"), "v": torch.ones(1)}))
    assert "m: a tensor on meta has no elements" in text
    assert os.listdir() == ["x.pt"]  # noqa: PTH208 - only the names
