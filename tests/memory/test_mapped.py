"""Files that are cut while they are mapped."""

from __future__ import annotations

from mmap import ACCESS_READ, ALLOCATIONGRANULARITY, mmap
from typing import TYPE_CHECKING

import pytest
from support.probe import run_python

from tensorlab.memory.cpython import buffer_address
from tensorlab.memory.mapped import backed_bytes
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
        maps.write_text(f"10-20 r 0 x\n{address:x}-{address + step:x} r--s {step:08x} 08:01 7 bytes\n")
        assert backed_bytes(mapping, address, maps) == 2 * step
        assert backed_bytes(mapping, address + 7, maps) == 2 * step - 7
        maps.write_text("10-20 r 0 x\n")
        assert backed_bytes(mapping, address, maps) == 3 * step


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
