from __future__ import annotations

import array as arrays
import ctypes
import mmap
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.layouts import all_indices
from support.probe import run_python

from tensorlab.layout.address import address, extent, fits
from tensorlab.layout.covered import covered
from tensorlab.layout.facts import is_dense
from tensorlab.memory.buffer import claims, describe, element
from tensorlab.memory.cpython import bytes_at
from tensorlab.memory.ndarray import describe as of_array

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout

ARRAY_CODES = [code for code in arrays.typecodes if code not in "uw"]


class Pair(ctypes.Structure):
    _fields_ = (("a", ctypes.c_int), ("b", ctypes.c_double))


class Nothing(ctypes.Structure):
    """No fields: an itemsize of 0."""


def view(thing: Any) -> Any:
    """A memoryview; NumPy's types do not say that arrays export a buffer, nor typeshed what cast takes."""
    return memoryview(thing)


def check(thing: Any) -> Layout:
    """Shape, strides and itemsize are those of a memoryview; every element's bytes lie where the map says."""
    memory = describe(thing)
    layout, storage = memory.layout, memory.storage
    truth = memoryview(thing)
    assert layout is not None
    assert storage is not None
    assert memory.dtype is not None
    assert (memory.shape, layout.shape, layout.strides) == (truth.shape, truth.shape, truth.strides)
    assert memory.dtype.itemsize == layout.itemsize == truth.itemsize
    assert ("readonly" in memory.traits) == truth.readonly
    assert fits(layout, storage.nbytes or 0)
    whole = truth.tobytes()  # the logical elements in C order, copied by Python itself
    for n, index in enumerate(all_indices(layout)):
        assert storage.address is not None
        lies = bytes_at(storage.address + address(layout, index), layout.itemsize)
        assert lies == whole[n * layout.itemsize :][: layout.itemsize]
    return layout


@pytest.mark.parametrize("code", ARRAY_CODES)
def test_every_typecode_of_array_and_any_slice(code: str) -> None:
    numbers = arrays.array(code, range(1, 9))
    expected = np.dtype(code)
    for thing in (numbers, memoryview(numbers)[::-1], memoryview(numbers)[6:1:-2], memoryview(numbers)[3:3]):
        check(thing)
        memory = describe(thing)
        assert memory.dtype is not None
        assert memory.dtype.name == expected.name
        assert memory.storage is not None
        assert (memory.storage.owner, memory.storage.nbytes) == ("array.array", 8 * numbers.itemsize)
        assert memory.storage.address == numbers.buffer_info()[0]


def test_characters_are_text() -> None:
    text = np.array(["a", "b"], "U1")
    assert element("w", 4).kind == element("u", 4).kind == element("<u", 4).kind == "text"
    check(view(text))


@given(st.data())
def test_any_slice_of_any_cast(data: st.DataObject) -> None:
    code = data.draw(st.sampled_from("bBhHiIlLqQfdN?"), "code")
    count = data.draw(st.integers(0, 6), "count")
    owner = bytearray(range(struct.calcsize(code) * count))
    cut = view(owner).cast(code)[data.draw(st.slices(count), "slice")]
    layout = check(cut)
    storage = describe(cut).storage
    assert storage is not None
    assert storage.nbytes == len(owner)
    if layout.shape[0]:
        assert bytes(owner)[layout.offset : layout.offset + layout.itemsize] == cut[:1].tobytes()


@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.sampled_from("BhdN"))
def test_any_cast_to_more_axes(shape: list[int], code: str) -> None:
    data = bytes(n % 251 for n in range(struct.calcsize(code) * int(np.prod(shape))))
    check(view(data).cast("B").cast(code, shape=shape))


@pytest.mark.parametrize(
    ("code", "name", "kind", "swapped"),
    [
        *((c, np.dtype(c).name, "int", False) for c in "bhilq"),
        *((c, np.dtype(c).name, "uint", False) for c in "BHILQ"),
        *((c, np.dtype(c).name, "float", False) for c in "efd"),
        ("?", "bool", "bool", False),
        (">i", "int32", "int", True),
        ("!d", "float64", "float", True),
        ("<i", "int32", "int", False),
        ("Zf", "complex64", "complex", False),
        ("D", "complex128", "complex", False),
        (">w", ">w", "text", True),
        ("g", "longdouble", "float", False),
        (">g", "longdouble", "float", True),
        ("Zg", "clongdouble", "complex", False),
        ("O", "O", "object", False),
        ("c", "c", "void", False),
        ("3s", "3s", "void", False),
        ("T{<i:a:}", "T{<i:a:}", "void", False),
        ("", "", "void", False),
    ],
)
def test_formats(code: str, name: str, kind: str, swapped: bool) -> None:  # noqa: FBT001 - a column
    sizes = {"Zf": 8, "D": 16, ">w": 4, "g": 16, ">g": 16, "Zg": 32, "O": 8, "3s": 3, "T{<i:a:}": 4, "": 1}
    found = element(code, sizes.get(code) or struct.calcsize(code))
    assert (found.name, found.kind, found.swapped) == (name, kind, swapped)


@pytest.mark.parametrize(
    "thing",
    [
        (ctypes.c_int * 5)(1, 2, 3, 4, 5),
        ((ctypes.c_double * 3) * 2)(),
        (((ctypes.c_short * 2) * 3) * 4)(),
        (Pair * 3)(),
        Pair(1, 2.0),
        ctypes.c_int(3),
        (ctypes.c_int.__ctype_be__ * 3)(1, 2, 3),
        (ctypes.c_longdouble * 2)(),
        (ctypes.c_wchar * 3)("a"),
        (ctypes.c_void_p * 2)(),
        (ctypes.c_bool * 2)(True),
        ctypes.create_string_buffer(b"abc"),
        (ctypes.c_int * 0)(),
        ((ctypes.c_int * 0) * 3)(),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_ctypes_lie_where_ctypes_says(thing: Any) -> None:
    check(thing)
    storage = describe(thing).storage
    assert storage is not None
    assert storage.address == ctypes.addressof(thing)
    assert storage.nbytes == ctypes.sizeof(thing)
    assert storage.writable


def test_a_structure_without_fields_covers_no_byte() -> None:
    memory = describe((Nothing * 3)())
    assert memory.layout is not None
    assert (memory.layout.itemsize, len(extent(memory.layout))) == (0, 0)
    assert (covered(memory.layout).nbytes, is_dense(memory.layout)) == (0, True)
    assert memory.dtype is not None
    assert (memory.dtype.name, memory.dtype.kind) == ("void", "void")


@pytest.mark.parametrize(
    "thing", [b"", b"abc", bytearray(), bytearray(b"abc"), memoryview(b""), memoryview(b"abc")[::-1]]
)
def test_bytes(thing: Any) -> None:
    check(thing)


def test_a_memoryview_is_on_the_bytes_of_its_owner() -> None:
    owner = bytearray(12)
    start = ctypes.addressof(ctypes.c_char.from_buffer(owner))
    for made in (memoryview(owner), memoryview(memoryview(owner)[4:]), memoryview(owner)[::-1].toreadonly()):
        storage = describe(made).storage
        assert storage is not None
        assert (storage.address, storage.nbytes, storage.owner, storage.writable) == (start, 12, "bytearray", True)


def test_a_mapping_is_its_pages() -> None:
    with mmap.mmap(-1, 8192) as pages:
        check(memoryview(pages)[4000:4010])
        assert describe(pages).storage == describe(memoryview(pages)[5:]).storage
        assert describe(pages).shape == (8192,)
    assert not claims(pages)


def test_a_view_of_an_array_is_on_the_bytes_of_the_last_of_its_bases() -> None:
    whole, tensor = np.arange(24.0).reshape(4, 6), torch.arange(6.0)
    cuts: list[Any] = [whole[1:], whole[::-1, 1::2], whole.T, whole[3:0:-1, ::-1], tensor[2:].numpy()]
    cuts.append(np.lib.stride_tricks.as_strided(whole[1:], (2, 2), (8, 8)))
    for a in cuts:
        check(view(a))
        described, exported = of_array(a), describe(view(a))
        assert (exported.storage, exported.layout) == (described.storage, described.layout)
        assert exported.doubts == ()


def test_a_view_of_an_array_outside_its_owner_is_not_readable() -> None:
    a = np.lib.stride_tricks.as_strided(np.arange(4.0), (100,), (8,))
    memory = describe(view(a))
    assert [doubt.code for doubt in memory.doubts] == ["storage-too-small"]
    assert not memory.readable


def test_a_long_double_is_of_c() -> None:
    kind = describe((ctypes.c_longdouble * 2)()).dtype
    assert kind is not None
    assert kind.c_name == {8: "double"}.get(ctypes.sizeof(ctypes.c_longdouble), "long double")
    assert kind == of_array(np.zeros(2, np.longdouble)).dtype


def test_rows_behind_pointers_have_no_strides() -> None:
    testing = pytest.importorskip("_testbuffer", reason="this Python has no _testbuffer")
    memory = describe(testing.ndarray(list(range(6)), shape=[2, 3], format="i", flags=testing.ND_PIL))
    assert (memory.shape, memory.layout, memory.storage) == ((2, 3), None, None)
    assert [doubt.code for doubt in memory.doubts] == ["no-strides"]


def test_what_exports_no_buffer_is_not_claimed() -> None:
    released = memoryview(b"abc")
    released.release()

    class Rude:
        def __buffer__(self, flags: int) -> memoryview:
            raise ZeroDivisionError(flags)

    assert not any(map(claims, (released, Rude(), 3, "abc", [1], None, object(), bytes)))


def test_a_described_buffer_is_not_held() -> None:
    owner = bytearray(4)
    describe(owner)
    describe(memoryview(owner)[1:])
    owner.extend(b"more")  # raises while anybody holds the buffer
    assert describe(owner).shape == (8,)


def test_it_works_where_numpy_and_torch_are_not() -> None:
    ran = run_python(
        "import sys\n"
        "sys.modules['numpy'] = sys.modules['torch'] = None\n"
        "from array import array\n"
        "from tensorlab.memory.registry import describe\n"
        "print(describe(array('d', [1, 2])).dtype.name, describe(b'abc').shape, describe([1]).shape)"
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "float64 (3,) (1,)\n", "")
