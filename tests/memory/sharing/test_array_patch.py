"""Where plain arrays lie."""

from __future__ import annotations

from multiprocessing.shared_memory import SharedMemory
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from hypothesis import given
from numpy.lib.stride_tricks import as_strided
from support.layouts import as_numpy, layouts

from tensorlab.layout.overlap import ends
from tensorlab.memory.ndarray import describe
from tensorlab.memory.sharing.array_patch import may_be_mapped, patch

if TYPE_CHECKING:
    from pathlib import Path

    from support.layouts import Array

    from tensorlab.layout.record import Layout


def check(array: Array) -> None:
    found, memory = patch(array), describe(array)
    assert found is not None
    assert memory.layout is not None
    assert memory.storage is not None
    first = array.__array_interface__["data"][0]
    assert (found.shape, found.strides, found.itemsize, found.device) == (*_facts(array), "cpu")
    assert found.start + found.offset == first
    if ends(found) is not None:
        assert (found.start, found.offset) == (memory.storage.address, memory.layout.offset)


def _facts(array: Array) -> tuple[object, ...]:
    return array.shape, array.strides, array.itemsize


@given(layouts())
def test_a_patch_is_what_the_description_says(layout: Layout) -> None:
    check(as_numpy(layout))


def test_arrays_over_the_bytes_of_others() -> None:
    base = np.arange(60).reshape(6, 10)
    for array in (base, base[2:, ::-1], base.T, as_strided(base[1:], (3, 3), (8, 8)), base[:0]):
        check(array)
    check(torch.zeros(10)[2:].numpy())
    check(np.frombuffer(bytearray(80))[3:])


def test_what_may_be_mapped(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(bytes(80))
    memmap = np.memmap(tmp_path / "bytes", "f8", "r")
    assert may_be_mapped(memmap)
    assert may_be_mapped(memmap[2:])
    shared: torch.Tensor = torch.zeros(3).share_memory_()  # type: ignore[no-untyped-call]  # torch's own
    assert may_be_mapped(shared.numpy())
    segment: Any = SharedMemory(create=True, size=80)
    try:
        assert may_be_mapped(np.frombuffer(segment.buf, "u1"))
    finally:
        segment.close()
        segment.unlink()
    assert not may_be_mapped(np.zeros(3)[1:])
    assert not may_be_mapped(np.frombuffer(bytearray(8)))


def test_a_base_that_raises_tells_nothing() -> None:
    class Base:
        @property
        def __array_interface__(self) -> object:
            return {"data": (base.ctypes.data, False), "shape": (3,), "typestr": "<f8", "version": 3}

        @property
        def base(self) -> object:
            raise ZeroDivisionError

    base = np.zeros(3)
    array = np.asarray(Base())
    found = patch(array)
    assert found is not None
    assert (found.start, found.offset) == (base.ctypes.data, 0)
    assert may_be_mapped(array)
