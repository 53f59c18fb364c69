"""Files that are cut while they are mapped."""

from __future__ import annotations

import os
from mmap import ACCESS_READ, ALLOCATIONGRANULARITY, PAGESIZE, mmap
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from support.probe import run_python

from tensorlab.memory import mapped
from tensorlab.memory.cpython import buffer_address
from tensorlab.memory.mapped import backed_bytes, is_readable, region_at, regions
from tensorlab.memory.ndarray import describe
from tensorlab.memory.owners import last_owner

if TYPE_CHECKING:
    from pathlib import Path

CUT = """
import os, sys
from mmap import ACCESS_READ, mmap
import numpy as np
from tensorlab.api.objects import show
path = sys.argv[1]
np.zeros(20000).tofile(path)
with open(path, "rb") as file:
    whole = mmap(file.fileno(), 0, access=ACCESS_READ)
    late = mmap(file.fileno(), 65536, access=ACCESS_READ, offset=65536)
big = np.memmap(path, "f8", "r")
things = [
    big, big[::-1], big[10000:], np.memmap(path, "f8", "c", offset=80000), whole, memoryview(whole)[90000:],
    np.frombuffer(late, "f8"), memoryview(np.frombuffer(late, "f8"))[:100], big[:3], memoryview(whole)[:3],
]
os.truncate(path, 5000)
for thing in things:
    figure = show(thing, cells="value")
    print([doubt.code for doubt in figure.data.doubts] == ["file-too-short"], "?" in figure.text(), flush=True)
"""


def test_a_file_that_was_cut_is_not_read(tmp_path: Path) -> None:
    """Reading beyond its end would end the process."""
    ran = run_python(CUT, str(tmp_path / "numbers"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "True True\n" * 8 + "False False\n" * 2


def test_a_mapping_that_starts_inside_its_file(tmp_path: Path) -> None:
    path, step = tmp_path / "bytes", ALLOCATIONGRANULARITY
    path.write_bytes(bytes(3 * step))
    with path.open("rb") as file, mmap(file.fileno(), step, access=ACCESS_READ, offset=step) as mapping:
        address = buffer_address(mapping)
        assert address is not None
        assert backed_bytes(mapping, address, tmp_path / "no maps") == 3 * step
        maps = tmp_path / "maps"
        maps.write_text(f"10-20 r--p 0 00:00 0\n{address:x}-{address + step:x} r--s {step:08x} 08:01 7 bytes\n")
        assert backed_bytes(mapping, address, maps) == 2 * step
        assert backed_bytes(mapping, address + 7, maps) == 2 * step - 7
        maps.write_text("10-20 r--p 0 00:00 0\n")
        assert backed_bytes(mapping, address, maps) == 3 * step


def test_the_table_of_regions_is_read_once_for_a_mapping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "bytes", 3 * PAGESIZE)
    array = np.memmap(path, "u1", "r", offset=PAGESIZE)
    read: list[Path] = []

    def counted(maps: Path) -> list[mapped.Region]:
        read.append(maps)
        return regions(maps)

    monkeypatch.setattr(mapped, "regions", counted)
    assert [describe(array).doubts, describe(array[5:]).doubts] == [(), ()]
    os.truncate(path, 2 * PAGESIZE)
    assert [doubt.code for doubt in describe(array).doubts] == ["file-too-short"]
    assert describe(array[:PAGESIZE]).doubts == ()
    assert len(read) == 1


@pytest.mark.parametrize("owner", [b"bytes", bytearray(3), mmap(-1, 4096), None])
def test_what_maps_no_file_has_no_end(owner: object) -> None:
    assert backed_bytes(owner, 0) is None


def test_a_closed_mapping_has_no_end(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"abc")
    with (tmp_path / "bytes").open("rb") as file:
        mapping = mmap(file.fileno(), 0, access=ACCESS_READ)
    assert last_owner(memoryview(mapping)) is mapping
    mapping.close()
    assert backed_bytes(mapping, 0) is None


def written(path: Path, nbytes: int) -> Path:
    path.write_bytes(bytes(nbytes))
    return path


def test_tensors_over_a_file_that_was_cut(tmp_path: Path) -> None:
    path = written(tmp_path / "bytes", 3 * PAGESIZE)
    tensor = torch.from_file(str(path), shared=True, size=3 * PAGESIZE, dtype=torch.uint8)
    start = tensor.data_ptr()
    torch.save(torch.zeros(1000), tmp_path / "t.pt")
    loaded = torch.load(tmp_path / "t.pt", mmap=True)
    assert is_readable(start, 3 * PAGESIZE)
    assert is_readable(loaded.data_ptr(), loaded.nbytes)
    os.truncate(path, PAGESIZE + 10)
    os.truncate(tmp_path / "t.pt", 0)
    assert is_readable(start, 2 * PAGESIZE)
    assert not is_readable(start, 2 * PAGESIZE + 1)
    assert not is_readable(loaded.data_ptr(), 1)


def test_what_can_be_read(tmp_path: Path) -> None:
    path = written(tmp_path / "bytes", 3 * PAGESIZE)
    tensor = torch.from_file(str(path), shared=True, size=3 * PAGESIZE, dtype=torch.uint8)
    start = tensor.data_ptr()
    assert is_readable(start, 3 * PAGESIZE)
    assert not is_readable(start, 2**46)
    os.truncate(path, PAGESIZE + 10)
    assert is_readable(start, 2 * PAGESIZE)  # what follows the end of the file on its last page reads as zeros
    assert not is_readable(start, 2 * PAGESIZE + 1)
    os.truncate(path, 0)
    assert not is_readable(start, 1)
    array = np.zeros(10**6)
    assert is_readable(array.ctypes.data, array.nbytes)
    assert not is_readable(array.ctypes.data, 1, tmp_path / "no maps")


def test_what_can_be_read_runs_on_from_region_to_region(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.write_text("10-20 r--p 0 00:00 0\n20-30 rw-p 0 00:00 0 [heap]\n30-40 ---p 0 00:00 0\n50-60 r--p 0 00:00 0\n")
    inside = [is_readable(0x10, 0x20, maps), is_readable(0x1F, 2, maps), is_readable(0x50, 0x10, maps)]
    outside = [is_readable(0x10, 0x21, maps), is_readable(0x40, 1, maps), is_readable(0xF, 2, maps)]
    assert (inside, outside) == ([True] * 3, [False] * 3)


def test_a_file_is_taken_for_what_is_mapped_only_where_it_is(tmp_path: Path) -> None:
    path, maps = written(tmp_path / "a file", 100), tmp_path / "maps"
    line = f"1000-3000 r--s 1000 fe:00 {{}} {path}{{}}\n"
    maps.write_text(line.format(path.stat().st_ino, ""))
    assert not is_readable(0x1000, 1, maps)
    for other in (line.format(1, ""), line.format(path.stat().st_ino, " (deleted)"), line.format(0, "")):
        maps.write_text(other)
        assert is_readable(0x1000, 1, maps)


def test_the_regions_of_one_file(tmp_path: Path) -> None:
    path = written(tmp_path / "with a space", 100)
    first, second = np.memmap(path, "u1", "r"), np.memmap(path, "u1", "r", offset=10)
    known = regions()
    here, there = region_at(first.ctypes.data, known), region_at(second.ctypes.data, known)
    assert here is not None
    assert there is not None
    assert here.start != there.start
    assert here.file == there.file is not None
    assert (here.path, here.access) == (str(path), "r--s")
    heap = region_at(np.zeros(10**6).ctypes.data, known)
    assert heap is None or heap.file is None
