from __future__ import annotations

import mmap
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from support.probe import run_python

import tensorlab
from tensorlab.layout.record import Layout
from tensorlab.memory.writes.ground import why_untouchable, why_unwritable

if TYPE_CHECKING:
    from pathlib import Path

READ_ONLY = """
import sys, warnings
import numpy as np, torch
warnings.simplefilter("ignore")
tensor = torch.from_numpy(np.memmap(sys.argv[1], float, "r"))
import tensorlab
print(tensorlab.check_inplace(tensor), flush=True)
tensor.add_(1)
"""


def test_what_torch_forgets_ends_the_process_and_is_found_before(tmp_path: Path) -> None:
    np.zeros(9).tofile(tmp_path / "x")
    ran = run_python(READ_ONLY, str(tmp_path / "x"))
    assert ran.returncode < 0
    words = "the memory is mapped for reading alone: a write ends the process"
    assert ran.stdout == f"UNSAFE: 9 elements in 9 addresses; {words}\n"


def test_a_file_mapped_for_writing_is_safe(tmp_path: Path) -> None:
    np.zeros(9).tofile(tmp_path / "x")
    for mode in ("r+", "c"):
        tensor = torch.from_numpy(np.memmap(tmp_path / "x", float, mode))
        assert tensorlab.check_inplace(tensor).safety == "SAFE"


def test_an_array_that_is_read_only_is_refused_by_its_library() -> None:
    array = np.frombuffer(b"abc", np.uint8)
    memory = tensorlab.describe(array)
    assert why_unwritable(memory, Layout((3,), (1,))) == ""
    assert tensorlab.check_inplace(array).raises


def test_a_file_that_was_cut_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(bytes(4 * mmap.PAGESIZE))
    tensor = torch.from_numpy(np.memmap(path, np.uint8, "r+"))
    with path.open("r+b") as file:
        file.truncate(mmap.PAGESIZE)
    for verdict in (tensorlab.check_inplace(tensor), tensorlab.check_copy(torch.zeros(4 * mmap.PAGESIZE), tensor)):
        assert verdict.safety == "UNSAFE"
        assert verdict.raises is None
    assert tensorlab.check_copy(tensor, tensor).safety == "UNSAFE"
    assert tensorlab.check_inplace(tensor[: mmap.PAGESIZE]).safety == "SAFE"


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_no_elements_and_no_memory_are_no_matter(device: str) -> None:
    memory = tensorlab.describe(torch.zeros(0, 3, device=device))
    assert why_untouchable(memory, Layout((0, 3), (12, 4), itemsize=4)) == ""
    assert why_unwritable(memory, Layout((0, 3), (12, 4), itemsize=4)) == ""
