from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from support.layouts import all_indices, byte_uses, layouts, reference_address

import tensorlab
from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.memory.record import Doubt, MemoryMap, Storage
from tensorlab.memory.writes.record import Refusal
from tensorlab.memory.writes.verdict import broadcast, copied, inplace, require_elements

if TYPE_CHECKING:
    from pathlib import Path

Array = np.ndarray[Any, Any]
SILENT = Refusal(raises=False)


def mapped(layout: Layout | None, *parts: tuple[str, MemoryMap], nbytes: int = 10**6) -> MemoryMap:
    return MemoryMap(
        type="torch.Tensor",
        library="torch",
        shape=() if layout is None else layout.shape,
        dtype=dtype("uint8"),
        layout=layout,
        storage=None if layout is None else Storage(device="cpu", address=2**20, nbytes=nbytes, owner="torch"),
        parts=parts,
        doubts=() if layout is not None else (Doubt("no-strides", "a sparse_csr tensor has no strides"),),
    )


@given(layouts(max_axes=3))
def test_in_place_is_safe_where_no_byte_is_written_twice(layout: Layout) -> None:
    found = inplace(mapped(layout), SILENT)
    uses = byte_uses(layout)
    assert (found.safety == "UNSAFE") == any(count > 1 for count in uses.values())
    starts = {reference_address(layout, index) for index in all_indices(layout)}
    assert found.addresses == len(starts)


def test_components_are_what_is_written_in_place_and_are_not_copied_one_by_one() -> None:
    values = mapped(Layout((3,), (1,)))
    found = inplace(mapped(None, ("values", values)), Refusal(raises=None))
    assert str(found) == "SAFE: 3 elements in 3 addresses; what is written are its values"
    doubled = mapped(Layout((3,), (0,)))
    assert "values[0] and values[1] are the same" in str(inplace(mapped(None, ("values", doubled)), SILENT))
    assert str(inplace(mapped(None), Refusal(raises=None))) == "UNKNOWN: a sparse_csr tensor has no strides"
    for dst, src in ((mapped(None), values), (values, mapped(None))):
        assert copied(dst, src, SILENT).safety == "UNKNOWN"


def test_elements_outside_the_storage_are_never_safe() -> None:
    short, whole = mapped(Layout((3,), (1,)), nbytes=2), mapped(Layout((3,), (1,)))
    words = "elements lie outside the storage of 2 B"
    assert str(inplace(short, SILENT)) == f"UNSAFE: 3 elements in 3 addresses; {words}"
    assert copied(short, whole, SILENT).reason == words
    assert copied(short, short, SILENT).reason == f"src: {words}"
    assert copied(whole, short, SILENT).reason == f"src: {words}"
    assert copied(short, short, SILENT).safety == "UNSAFE"


def test_what_is_too_hard_is_not_known() -> None:
    n = 10**7
    hard = Layout((n, n, n), (n * 7 + 1, n * 11 + 3, n * 13 + 7), itemsize=1)
    found = inplace(mapped(hard, nbytes=10**18), SILENT)
    assert found.safety in {"UNKNOWN", "UNSAFE"}
    assert found.addresses is None


@pytest.mark.parametrize(
    ("layout", "shape", "expected"),
    [
        (Layout((3,), (4,), 8, 4), (2, 3), Layout((2, 3), (0, 4), 8, 4)),
        (Layout((1, 3), (9, 4), 8, 4), (3,), Layout((3,), (4,), 8, 4)),
        (Layout((), (), 8, 4), (2,), Layout((2,), (0,), 8, 4)),
        (Layout((1,), (4,), 8, 4), (0,), Layout((0,), (0,), 8, 4)),
        (Layout((1,), (4,), 8, 4), (1,), Layout((1,), (4,), 8, 4)),
    ],
)
def test_src_is_broadcast(layout: Layout, shape: tuple[int, ...], expected: Layout) -> None:
    assert broadcast(layout, shape) == expected


@pytest.mark.parametrize(("given_shape", "wanted"), [((3,), (2,)), ((2, 3), (3,)), ((0,), (3,)), ((3, 2), (2, 3))])
def test_shapes_that_do_not_broadcast_are_refused(given_shape: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    with pytest.raises(LayoutError, match="does not broadcast to dst of shape"):
        broadcast(Layout(given_shape, (1,) * len(given_shape)), wanted)


def test_python_containers_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="a list is not written element by element"):
        require_elements(tensorlab.describe([1, 2]))


def drawn_array(draw: random.Random, base: Array, shape: tuple[int, ...]) -> Array:
    strides = [draw.choice([-3, -2, -1, 0, 1, 2, 3, 5]) for _ in shape]
    low = sum(min(0, (n - 1) * s) for n, s in zip(shape, strides, strict=True))
    steps = [step * base.itemsize for step in strides]
    return np.ndarray(shape, base.dtype, base.data, (draw.randint(0, 6) - low) * base.itemsize, steps)


def test_a_copy_that_is_safe_in_numpy_gives_what_a_copy_of_a_clone_gives() -> None:
    draw = random.Random(4)
    seen = set()
    for _ in range(2_000):
        base = np.arange(100, dtype=draw.choice(["i2", "i4", "f8"]))
        shape = tuple(draw.randint(1, 4) for _ in range(draw.randint(0, 3)))
        dst, src = drawn_array(draw, base, shape), drawn_array(draw, base, shape)
        found = tensorlab.check_copy(dst, src)
        expected = src.copy()
        np.copyto(dst, src)
        assert found.raises is False
        seen.add(found.safety)
        if found.safety == "SAFE":
            assert np.array_equal(dst, expected), (dst.strides, src.strides)
    assert seen == {"SAFE", "UNSAFE"}


def test_rows_of_different_strides_are_what_numpy_gets_wrong() -> None:
    base = np.arange(12)
    dst, src = base[6:10], base[5::2]
    found = tensorlab.check_copy(dst, src)
    assert str(found) == "UNSAFE: 4 elements in 4 addresses; dst[3] and src[2] are the same; NumPy will not raise"
    np.copyto(dst, src)
    assert dst.tolist() == [5, 7, 11, 11]


def test_a_copy_between_libraries_over_the_same_bytes() -> None:
    whole = np.arange(10.0)
    found = tensorlab.check_copy(torch.from_numpy(whole)[1:], whole[:-1])
    assert (found.safety, found.meeting) == ("UNSAFE", "dst[0] and src[1] are the same")
    assert tensorlab.check_copy(whole[1:], torch.from_numpy(whole)[:-1]).safety == "SAFE"
    assert tensorlab.check_copy(torch.from_numpy(whole)[5:], whole[:5]).safety == "SAFE"


def test_half_an_element_is_shared_too() -> None:
    x = torch.zeros(6, dtype=torch.int16)
    found = tensorlab.check_copy(x[2:6:2], x.view(torch.int32)[:2])
    assert found.safety == "UNSAFE"
    assert found.meeting == "dst[0] and src[1] share bytes"


def test_other_devices_share_nothing() -> None:
    found = tensorlab.check_copy(torch.zeros(3, device="meta"), torch.zeros(3))
    assert (found.safety, found.reason) == ("SAFE", "dst and src have storages of their own")


@pytest.mark.parametrize("wrap", [lambda array: array, torch.from_numpy])
def test_two_mappings_of_a_file_are_not_told_apart(tmp_path: Path, wrap: Any) -> None:
    np.zeros(9).tofile(tmp_path / "x")
    one, other = (wrap(np.memmap(tmp_path / "x", float, "r+")) for _ in range(2))
    found = tensorlab.check_copy(one, other)
    assert found.safety == "UNKNOWN"
    assert "separate mappings of one file" in found.reason
