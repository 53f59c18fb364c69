from __future__ import annotations

import ctypes
import mmap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.probe import run_python

from tensorlab.memory.foreign import copied, copies


@given(st.binary(max_size=20_000), st.data())
def test_any_piece_of_a_buffer(data: bytes, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(data)))
    stop = draw.draw(st.integers(start, len(data)))
    owner = ctypes.create_string_buffer(data, len(data) + 1)
    assert copied(ctypes.addressof(owner) + start, stop - start) == data[start:stop]


@pytest.mark.parametrize("address", [0, -1, 16, 2**47, 2**63, 2**64 - 1, 2**64, 2**200])
def test_where_nothing_is_mapped_there_is_nothing(address: int) -> None:
    assert copied(address, 8) is None
    assert copied(address, 0) == b""


def test_the_end_of_a_mapping_is_the_end() -> None:
    page = mmap.mmap(-1, mmap.PAGESIZE)
    guard = mmap.mmap(-1, 2 * mmap.PAGESIZE)
    start = ctypes.addressof(ctypes.c_char.from_buffer(guard))
    libc = ctypes.CDLL(None)
    assert libc.mprotect(ctypes.c_void_p(start + mmap.PAGESIZE), ctypes.c_size_t(mmap.PAGESIZE), 0) == 0
    end = start + mmap.PAGESIZE
    assert copied(end - 8, 8) == bytes(8)
    assert copies([end - 8, end - 7, end, end - 1], 8) == [bytes(8), None, None, None]
    assert copied(start, 2 * mmap.PAGESIZE) is None
    assert copies([end - 1], 1) == [b"\0"], "what was half read before is gone"
    assert len(page) == mmap.PAGESIZE


def test_a_file_that_was_cut_ends_no_process() -> None:
    ran = run_python(
        "import os, tempfile, torch\n"
        "from tensorlab.memory.foreign import copied\n"
        "file = tempfile.NamedTemporaryFile()\n"
        "file.truncate(16384)\n"
        "mapped = torch.from_file(file.name, shared=True, size=4096)\n"
        "os.truncate(file.name, 100)\n"
        "start = mapped.data_ptr()\n"
        "print(copied(start, 4), copied(start + 8192, 4), copied(start, 16384))"
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "b'\\x00\\x00\\x00\\x00' None None\n", "")


def test_no_descriptor_is_left_open() -> None:
    ran = run_python(
        "import os\n"
        "from tensorlab.memory.foreign import copied\n"
        "before = len(os.listdir('/proc/self/fd'))\n"
        "[copied(16, 8) for _ in range(50)]\n"
        "print(len(os.listdir('/proc/self/fd')) - before)"
    )
    assert (ran.stdout, ran.stderr) == ("0\n", "")
