from __future__ import annotations

import ctypes
import mmap
import pickle
from array import array
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.layouts import all_indices, fresh_views
from support.probe import run_python

from tensorlab.layout.address import address, extent, fits
from tensorlab.layout.dtype import DTYPES
from tensorlab.memory.ndarray import describe, element

if TYPE_CHECKING:
    from pathlib import Path

    from support.layouts import Array

    from tensorlab.layout.record import Layout

stride_tricks = np.lib.stride_tricks
NESTED = np.dtype([("a", "i1"), ("b", "f4"), ("c", [("d", ">i2"), ("e", "S3")]), ("f", "u1", (2, 3))])
DTYPE_NAMES = sorted({np.dtype(kind).str for kind in np.sctypeDict.values() if np.dtype(kind).itemsize})
DTYPE_NAMES += [">f8", ">c16", ">i2", "S3", ">U2", "V5", "V0", "M8[3D]", ">M8[ns]", "m8[s]", "O"]


def pointer(a: Array, index: tuple[int, ...]) -> int:
    """The true address of an element: of the 0-d view that NumPy itself makes of it."""
    cell: Any = (*index, ...)
    found: int = np.ndarray.__getitem__(a, cell).__array_interface__["data"][0]
    return found


def check(a: Array) -> Layout:
    """What NumPy says of the array is what the map says: shape, strides, itemsize, the pointer of every element."""
    memory = describe(a)
    layout, storage = memory.layout, memory.storage
    assert layout is not None
    assert storage is not None
    assert (memory.shape, layout.shape, layout.strides) == (a.shape, a.shape, a.strides)
    assert layout.itemsize == a.itemsize == (memory.dtype.itemsize if memory.dtype else None)
    assert storage.nbytes is not None
    assert fits(layout, storage.nbytes)
    assert ("readonly" in memory.traits) == a.__array_interface__["data"][1]
    assert ("unaligned" in memory.traits) == (not a.flags.aligned)
    start = storage.address or a.__array_interface__["data"][0]
    for index in all_indices(layout):
        assert start + address(layout, index) == pointer(a, index)
    if a.size and a.itemsize:
        low, high = np.lib.array_utils.byte_bounds(a)
        assert extent(layout) == range(low - start, high - start)
    return layout


@pytest.mark.parametrize("name", DTYPE_NAMES)
def test_any_dtype_and_any_cut_of_it(name: str) -> None:
    a = np.zeros((3, 4, 2), np.dtype(name))
    cuts = [slice(None), slice(None, None, -1), slice(1, None, 2), slice(2, 2)]
    for cut in product(cuts, cuts):
        check(a[cut])
        check(a[cut].T)
    kind = element(a.dtype)
    assert kind.itemsize == a.itemsize
    assert kind.swapped == (not a.dtype.isnative)


@pytest.mark.parametrize("name", [name for name in DTYPES if name in np.sctypeDict])
def test_a_dtype_of_the_table_is_that_of_the_table_in_either_byte_order(name: str) -> None:
    assert element(np.dtype(name)) == DTYPES[name]
    other = np.dtype(name).newbyteorder()
    assert element(other).swapped == (not other.isnative)
    assert element(other).bits == DTYPES[name].bits


@pytest.mark.parametrize("name", ["S0", "S3", "U0", "U3", "V3"])
def test_texts_and_raw_bytes_are_named_as_numpy_spells_them(name: str) -> None:
    assert element(np.dtype(name)).name == name
    assert np.dtype(element(np.dtype(name).newbyteorder()).name) == np.dtype(name)


def test_an_array_in_a_structure_keeps_byte_order_and_fields() -> None:
    kind = element(np.dtype([("y", ">i2", (2,)), ("q", [("x", ">f4"), ("n", "u1")], (3,))]))
    (_, pair, _), (_, inner, at) = kind.fields
    assert (pair.name, pair.swapped) == ("int16[2]", True)
    assert (inner.name, inner.itemsize, at) == ("struct{x: float32, n: uint8}[3]", 15, 4)
    assert [(name, field.swapped, offset) for name, field, offset in inner.fields] == [("x", True, 0), ("n", False, 4)]


def test_structures_tell_fields_and_offsets_however_deep() -> None:
    a = np.zeros((4, 2), NESTED)
    kind = element(a.dtype)
    assert [(name, offset) for name, _, offset in kind.fields] == [("a", 0), ("b", 1), ("c", 5), ("f", 10)]
    assert kind.fields[2][1].fields[0][1].swapped
    assert kind.fields[3][1].name == "uint8[2, 3]"
    for view in (a, a["b"], a["c"], a["c"]["d"][::-1], a["f"], a["f"][..., ::-1, 1:], a[["a", "f"]], a.T["b"]):
        check(view)
    assert "unaligned" in describe(a["b"]).traits
    aligned = np.zeros(3, np.dtype([("x", "u1"), ("y", "f8")], align=True))
    assert check(aligned["y"]).offset == 8
    assert element(np.dtype(("i4", (2,)))).itemsize == 8


@given(fresh_views())
def test_any_view_of_a_fresh_array(made: tuple[Array, Layout]) -> None:
    array_, expected = made
    layout = check(array_)
    if array_.size:
        assert layout == expected


@given(st.data())
def test_any_strides_over_a_buffer(data: st.DataObject) -> None:
    shape = tuple(data.draw(st.lists(st.integers(0, 3), max_size=3), "shape"))
    strides = tuple(data.draw(st.integers(-9, 9)) for _ in shape)
    offset = data.draw(st.integers(54, 60), "offset")
    a: Array = np.ndarray(shape, "i4", bytearray(128), offset, strides)
    assert check(a).offset == offset
    storage = describe(a).storage
    assert storage is not None
    assert (storage.nbytes, storage.owner, storage.writable) == (128, "bytearray", True)


def _views() -> dict[str, tuple[Array, str, int | None]]:
    """Name -> an array, who owns its bytes, and how many there are."""
    a = np.arange(24.0).reshape(4, 6)
    numbers = array("d", range(6))
    integers = (ctypes.c_int * 5)()
    tensor = torch.arange(24.0).reshape(4, 6)
    frozen = np.arange(6.0)
    frozen.flags.writeable = False
    text = np.array(["a", "b"], dtype=np.dtypes.StringDType())
    strided = stride_tricks.as_strided
    exported: Any = memoryview  # NumPy's types do not say that arrays export a buffer
    pickled: list[Any] = []
    data = pickle.dumps(a, 5, buffer_callback=pickled.append)
    return {
        "as_strided": (strided(a, (3, 3), (8, 8)), "numpy", 192),
        "window": (stride_tricks.sliding_window_view(a, (2, 2)), "numpy", 192),
        "broadcast": (np.broadcast_to(a, (2, 4, 6)), "numpy", 192),
        "broadcast number": (np.broadcast_to(np.float64(3), (3, 2)), "numpy", 8),
        "broadcast_arrays": (np.broadcast_arrays(frozen, np.zeros((2, 6)))[0], "numpy", 48),
        "diagonal": (a.diagonal(1), "numpy", 192),
        "ravel": (a.ravel()[::-3], "numpy", 192),
        "frozen": (frozen[1:], "numpy", 48),
        "fortran": (np.asfortranarray(a)[1:], "numpy", 192),
        "real": (np.zeros(3, complex).real, "numpy", 48),
        "imag": (np.zeros(3, complex).imag[1:], "numpy", 48),
        "dtype": (np.zeros((2, 3), "i8").view("i2")[:, 1::2], "numpy", 48),
        "StringDType": (text, "numpy", 32),
        "bytes": (np.frombuffer(b"abcdefgh", "i2", offset=1, count=2), "bytes", 8),
        "bytearray": (np.frombuffer(bytearray(17), "f8", offset=1), "bytearray", 17),
        "array": (np.asarray(numbers)[::-2], "array.array", 48),
        "strided memoryview": (np.asarray(memoryview(numbers)[::-2])[1:], "array.array", 48),
        "memoryview of a view": (np.asarray(exported(a[::-1, 1:]))[1:], "numpy", 192),
        "mmap": (np.frombuffer(mmap.mmap(-1, 4096), "i4")[3:], "mmap.mmap", 4096),
        "ctypes": (np.ctypeslib.as_array(integers)[2:], f"{__name__}.c_int_Array_5", 20),
        "tensor": (tensor[1:, ::2].numpy(), "torch", 96),
        "tensor transposed": (np.asarray(tensor.t())[1:], "torch", 96),
        "dlpack of a tensor": (np.from_dlpack(tensor[1:, ::2]), "unknown", None),
        "dlpack of an array": (np.from_dlpack(a[1:]), "unknown", None),
        "matrix": (np.arange(4).reshape(2, 2).view(np.matrix), "numpy", 32),
        "recarray": (np.zeros(3, NESTED).view(np.recarray)[1:], "numpy", 48),
        "masked": (np.ma.masked_array(np.arange(3), [False, True, False])[1:], "numpy", 24),
        "unpickled": (pickle.loads(data, buffers=pickled)[1:], "numpy", 192),
        "0-d": (np.array(3.0), "numpy", 8),
        "0-d view": (a[1, 2, ...], "numpy", 192),
        "empty": (np.zeros((0, 3)), "numpy", 0),
        "empty end": (a[4:, 2:], "numpy", 192),
        "empty strided": (strided(a[2:2], (0, 3), (-800, 16)), "numpy", 192),
        "empty bytes": (np.frombuffer(b"", np.uint8), "bytes", 0),
        "empty over nothing": (np.frombuffer(bytearray(), np.uint8)[::-1], "bytearray", 0),
    }


@pytest.mark.parametrize("name", _views())
def test_a_view_knows_the_bytes_of_its_owner(name: str) -> None:
    a, owner, nbytes = _views()[name]
    check(a)
    memory = describe(a)
    assert memory.storage is not None
    assert memory.storage.owner.rpartition(".")[2] == owner.rpartition(".")[2]
    assert (nbytes is None) == ("owner-unknown" in {doubt.code for doubt in memory.doubts})
    assert memory.layout is not None
    assert memory.storage.nbytes == (len(extent(memory.layout)) if nbytes is None else nbytes)


def test_a_memmap_is_on_the_bytes_of_the_file_that_are_mapped(tmp_path: Path) -> None:
    made = np.memmap(tmp_path / "numbers", "i4", "w+", shape=(3, 4))
    for view in (made, made[1:, ::2], made.view(np.ndarray)[::-1]):
        check(view)
        assert describe(view).storage == describe(made).storage
    made.flush()
    read = np.memmap(tmp_path / "numbers", "i4", "r", offset=8, shape=(3,))
    check(read)
    storage = describe(read).storage
    assert storage is not None
    assert (storage.owner, storage.writable, describe(read).type) == ("mmap.mmap", False, "numpy.memmap")


def test_views_of_one_owner_have_one_storage() -> None:
    a = np.arange(24.0).reshape(4, 6)
    views: list[Array] = [a, a.T, a[::-1], a[1:3, ::-2], np.broadcast_to(a, (9, 4, 6)), a.view("u1"), a[4:]]
    assert len({describe(view).storage for view in views}) == 1
    storage = describe(np.broadcast_to(a, (9, 4, 6))).storage
    assert storage is not None
    assert storage.writable, "the view is read-only, the bytes are not"


def test_a_million_million_elements_cost_one() -> None:
    memory = describe(np.broadcast_to(np.float32(3), (10**6, 10**6)))
    assert memory.shape == (10**6, 10**6)
    assert memory.storage is not None
    assert memory.storage.nbytes == 4
    assert memory.readable


def test_no_element_is_read_and_no_property_of_a_subclass_asked() -> None:
    class Trap(np.ndarray[Any, Any]):
        def __getitem__(self, key: Any) -> Any:
            raise AssertionError(key)

        def view(self, *args: Any, **kwargs: Any) -> Any:
            raise AssertionError(args, kwargs)

        shape = strides = dtype = itemsize = base = flags = property(lambda _: 1 / 0)
        __array_interface__ = property(lambda _: 1 / 0)

    plain = np.arange(6, dtype="i2")
    memory = describe(plain[1:].view(Trap))
    assert memory.shape == (5,)
    assert memory.layout is not None
    assert (memory.layout.strides, memory.layout.offset) == ((2,), 2)


def test_a_holder_that_is_its_own_base_or_answers_everything_ends() -> None:
    class Loop:
        def __init__(self, a: Array) -> None:
            self.__array_interface__ = a.__array_interface__
            self.kept, self.base = a, self

    class Yes:
        def __init__(self, a: Array) -> None:
            self.kept, self.interface = a, a.__array_interface__

        def __getattr__(self, name: str) -> Any:
            if name == "__array_interface__":
                return self.interface
            if name.startswith("__"):
                raise AttributeError(name)
            return self

    class No(Yes):
        @property
        def base(self) -> Any:
            raise ZeroDivisionError

    for holder in (Loop, Yes, No):
        memory = describe(np.asarray(holder(np.arange(5.0)))[2:])
        assert [doubt.code for doubt in memory.doubts] == ["owner-unknown"]
        assert memory.storage is not None
        assert memory.storage.nbytes == 24


def test_a_view_of_an_owner_that_was_resized_is_not_readable() -> None:
    owner = np.arange(1000.0)
    view = owner[500:]
    owner.resize(10, refcheck=False)
    memory = describe(view)
    assert [doubt.code for doubt in memory.doubts] == ["storage-too-small"]
    assert not memory.readable


def test_the_array_of_a_tensor_whose_storage_is_gone_is_not_readable() -> None:
    ran = run_python(
        "import torch\n"
        "from tensorlab.memory.registry import describe\n"
        "tensor = torch.zeros(300)\n"
        "tensor.untyped_storage().resize_(0)\n"
        "memory = describe(tensor.numpy())\n"
        "print(memory.readable, [doubt.code for doubt in memory.doubts])"
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "False ['storage-too-small']\n", "")
