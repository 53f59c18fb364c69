from __future__ import annotations

import ctypes
import math
import struct
import warnings
from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from support.layouts import fresh_views
from support.probe import run_python

from tensorlab.layout.record import Layout
from tensorlab.layout.window import visible_indices, window, windows
from tensorlab.memory.registry import describe
from tensorlab.memory.spelling import UNREADABLE, number, word
from tensorlab.memory.values import read, read_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.layouts import Array

    from tensorlab.layout.window import Window

LIMITS = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)
EVERYTHING = (99,)
NAMES = ["?", "b", "H", ">i4", "q", "e", ">f4", "d", "F", ">D", "S3", "U3", "M8[D]", "m8[s]"]


def view(thing: Any) -> Any:
    """A memoryview; NumPy's types do not say that arrays export a buffer, nor typeshed what cast takes."""
    return memoryview(thing)


def axes_of(shape: tuple[int, ...], limits: tuple[int, ...] = EVERYTHING) -> tuple[Window, ...]:
    return windows(Layout(shape, (0,) * len(shape)), limits)


def words(thing: Any, limits: tuple[int, ...] = EVERYTHING) -> tuple[str, ...]:
    memory = describe(thing)
    assert memory.sizes is not None
    return read(thing, memory, axes_of(memory.sizes, limits))


def spelled(value: object) -> str:
    """As an element of an array is."""
    return number(value) if isinstance(value, (float, complex)) else word(value)


@given(fresh_views(), LIMITS)
def test_the_windows_of_any_array_view(made: tuple[Array, Layout], limits: tuple[int, ...]) -> None:
    numbers = made[0].copy()
    numbers[...] = np.arange(numbers.size).reshape(numbers.shape)
    for thing in (numbers, numbers[..., ::-1] if numbers.ndim else numbers):
        axes = axes_of(thing.shape, limits)
        expected = tuple(spelled(thing[index].item()) for index in visible_indices(axes))
        assert words(thing, limits) == expected
        assert words(torch.from_numpy(thing.copy()), limits) == expected


@pytest.mark.parametrize("name", NAMES)
def test_any_dtype_of_numpy_reads_as_numpy_reads_it(name: str) -> None:
    a = np.arange(12).astype(name).reshape(3, 4)[::-1, 1:]
    assert words(a, (2, 2)) == tuple(
        spelled(a[i, j] if "8[" in name else a[i, j].item()) for i in (0, 2) for j in (0, 2)
    )


@pytest.mark.parametrize("name", ["bool", "uint8", "int16", "int64", "bfloat16", "float16", "float64", "complex64"])
def test_any_dtype_of_torch_reads_as_torch_reads_it(name: str) -> None:
    t = torch.arange(12).to(getattr(torch, name)).reshape(3, 4).t()
    assert words(t, (2, 2)) == tuple(spelled(t[i, j].item()) for i in (0, 3) for j in (0, 2))


def test_small_floats_read_as_their_values() -> None:
    for name in ("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"):
        assert words(torch.tensor([0.5, 1.0, -2.0]).to(getattr(torch, name))) == ("0.5", "1", "-2")
    z = torch.tensor([1 + 2j, 3 - 4j])
    assert words(z.conj()) == ("1-2j", "3+4j")
    assert words(z.conj().imag) == ("-2", "4")
    assert words(torch.ones(2, requires_grad=True)) == ("1", "1")


@pytest.mark.parametrize("name", ["bits8", "uint4", "int3", "bits1x8"])
def test_a_dtype_without_python_values_reads_as_unknown(name: str) -> None:
    assert words(torch.zeros(3, dtype=torch.uint8).view(getattr(torch, name))) == (UNREADABLE,) * 3


def test_dtypes_that_torch_does_not_read_are_read_by_their_bytes() -> None:
    packed = torch.tensor([0x21, 0xF7], dtype=torch.uint8).view(torch.float4_e2m1fn_x2)
    assert words(packed) == ("(0.5, 1)", "(6, -6)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantized = torch.quantize_per_tensor(torch.tensor([0.0, 0.5, -1.0]), 0.5, 2, torch.qint8)
        half = torch.tensor([1 + 2j, -3j], dtype=torch.complex32)
    assert words(quantized) == ("2", "3", "0")
    assert words(half.conj()) == ("1-2j", "-0+3j")


def test_odd_arrays() -> None:
    text = np.array(["a", "a long one"], dtype=np.dtypes.StringDType())
    assert words(text) == ("'a'", "'a lon…'")
    assert words(np.array([(1, 2.5, "x")], [("a", "i4"), ("b", "f8"), ("c", "U1")])) == ("(1, 2.5, 'x')",)
    assert words(np.array([1, "a", None, [1, 2], np.zeros(3)], object)) == ("1", "'a'", "None", "[1, 2]", "<ndarray>")
    assert words(np.ma.masked_array([1, 2, 3], [False, True, False])) == ("1", "None", "3")
    assert words(np.arange(4).reshape(2, 2).view(np.matrix), (1, 1)) == ("0",)
    assert words(np.array([0.5], np.longdouble)) == ("0.5",)
    assert words(np.array(["2020-01-02"], "M8[D]")) == ("2020-01-02",)
    assert words(np.zeros(2, "V2")) == (r"b'\x00\x00'",) * 2
    assert words(np.array(7)) == ("7",)
    assert words(np.zeros((0, 3))) == ()
    assert words(np.float64(1)) == (UNREADABLE,)


def _struct(code: str, value: object) -> str:
    return number(value) if code in "fde" else word(value)


@given(st.data())
def test_a_buffer_reads_as_struct_reads_it(data: st.DataObject) -> None:
    code = data.draw(st.sampled_from("?bBhHiIlLqQnNfd"), "code")
    count = data.draw(st.integers(0, 9), "count")
    raw = data.draw(st.binary(min_size=count * struct.calcsize(code), max_size=count * struct.calcsize(code)))
    cut = data.draw(st.slices(count), "slice")
    cut_of_it = view(raw).cast(code)[cut]
    axes = (window(len(cut_of_it), data.draw(st.integers(1, 9), "limit")),)
    expected = tuple(_struct(code, struct.unpack(f"{count}{code}", raw)[cut][i]) for i in axes[0].positions())
    assert read(cut_of_it, describe(cut_of_it), axes) == expected


def test_buffers_that_memoryview_itself_cannot_read() -> None:
    pair = ctypes.c_double * 2
    grid = memoryview(bytes(range(24))).cast("B", (2, 3, 4))
    assert words(grid, (1, 2, 2)) == ("0", "3", "8", "11")
    assert words((ctypes.c_int * 3)(1, -2, 3)) == ("1", "-2", "3")
    assert words((pair * 2)(pair(1, 2), pair(3, 4))) == ("1", "2", "3", "4")
    assert words((ctypes.c_int.__ctype_be__ * 2)(1, -2)) == ("1", "-2")
    assert words(view(np.array([1 + 2j, 3j], "F"))[::-1]) == ("0+3j", "1+2j")
    assert words(view(np.arange(6.0).reshape(2, 3)[::-1]).toreadonly()) == ("3", "4", "5", "0", "1", "2")
    assert words((ctypes.c_wchar * 3)("a", "é", "b")) == ("'a'", "'é'", "'b'")
    assert words((ctypes.c_bool * 2)(False, True)) == ("False", "True")
    assert words((ctypes.c_char * 2)(b"a", b"b")) == ("b'a'", "b'b'")
    assert words(view(np.array([0.5, -2], "e"))) == ("0.5", "-2")
    assert words(ctypes.c_int(3)) == ("3",)
    assert words(bytearray()) == ()
    assert words(array("d", [math.nan, math.inf])) == ("nan", "inf")


def test_a_buffer_that_changed_since_it_was_described_is_not_read() -> None:
    owner = bytearray(b"abcdef")
    memory = describe(owner)
    del owner[3:]
    assert read(owner, memory, axes_of((6,))) == (UNREADABLE,) * 6
    released = memoryview(b"abc")
    memory = describe(released)
    released.release()
    assert read(released, memory, axes_of((3,))) == (UNREADABLE,) * 3


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), LIMITS)
def test_the_windows_of_any_nested_list(shape: list[int], limits: tuple[int, ...]) -> None:
    items = np.arange(math.prod(shape)).reshape(shape).tolist()
    axes = axes_of(np.array(items).shape, limits)
    assert read(items, describe(items), axes) == tuple(str(np.array(items)[at]) for at in visible_indices(axes))


def test_lists_of_anything() -> None:
    ragged: list[Any] = [[1, 2, 3, 4], [0.5], (), [[1], (2,)]]
    assert words(ragged) == ("[1, 2, 3, …]", "[0.5]", "()", "[[…], (…)]")
    ragged.append(ragged)
    assert words(ragged)[-1] == "[[…], […], (), …]"
    assert words([{1: 2}, object(), range(3), abs, np.zeros(9), torch.zeros(9)]) == (
        *("<dict>", "<object>", "<range>", "<builtin_function_o…"),
        *("<ndarray>", "<Tensor>"),
    )


def test_a_list_that_changed_since_it_was_described_is_not_read() -> None:
    items = [[1, 2], [3, 4]]
    memory = describe(items)
    items[1] = [3]
    items[0] = 0  # type: ignore[call-overload]  # that is the change
    assert read(items, memory, axes_of((2, 2))) == ("?", "?", "3", "?")


def test_only_the_windows_are_read() -> None:
    read_so_far = []

    class Counting(np.ndarray[Any, Any]):
        def tolist(self) -> Any:
            read_so_far.append(self.size)
            return super().tolist()

    class CountingTensor(torch.Tensor):
        def tolist(self) -> Any:
            read_so_far.append(self.numel())
            return torch.Tensor.tolist(self)

    for big in (np.zeros((1000, 1000)).view(Counting), torch.zeros(1000, 1000).as_subclass(CountingTensor)):
        read_so_far.clear()
        assert words(big, (3, 5)) == ("0",) * 15
        assert sum(read_so_far) == 15
    huge = torch.zeros(()).expand(10**6, 10**6)
    assert words(huge, (2, 2)) == ("0",) * 4
    assert words(np.broadcast_to(np.float32(1), (10**6, 10**6)), (2, 2)) == ("1",) * 4


def test_what_has_no_bytes_reads_as_unknown() -> None:
    assert words(torch.empty(10**6, 10**6, device="meta"), (2, 2)) == (UNREADABLE,) * 4
    assert words(torch.eye(3).to_sparse(), (2, 2)) == (UNREADABLE,) * 4

    class Rude(torch.Tensor):
        @classmethod
        def __torch_function__(cls, *_: Any, **__: Any) -> Any:
            raise ZeroDivisionError

    assert words(torch.ones(3).as_subclass(Rude)) == ("1",) * 3, "by its bytes, without asking it"


def test_a_storage_that_is_gone_crashes_nothing() -> None:
    """Printing such a tensor ends the process, alone and as an element of a list."""
    ran = run_python(
        "import numpy, torch\n"
        "from tensorlab.layout.window import window\n"
        "from tensorlab.memory.registry import describe\n"
        "from tensorlab.memory.values import read\n"
        "tensor = torch.zeros(300)\n"
        "tensor.untyped_storage().resize_(0)\n"
        "for thing in (tensor, tensor.numpy(), [tensor] * 300, [[tensor], [1, 2]] * 150):\n"
        "    print(*read(thing, describe(thing), (window(300, 3),)))"
    )
    expected = "? ? ?\n? ? ?\n<Tensor> <Tensor> <Tensor>\n[<Tensor>] [1, 2] [1, 2]\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, expected, "")


def test_what_is_rounded_is_read_to_its_last_digit() -> None:
    for thing in (np.array([1 / 3, 0.5]), torch.tensor([1 / 3, 0.5], dtype=torch.float64), [1 / 3, 0.5]):
        found = read_values(thing, describe(thing), axes_of((2,)))
        assert [tuple(value) for value in found] == [("≈0.3333", "0.3333333333333333"), ("0.5", "")]
    assert words(torch.tensor([0.1, 1 / 3])) == words(np.array([0.1, 1 / 3], "f")) == ("0.1", "≈0.3333")
    assert words(torch.tensor([0.1, 1 / 3], dtype=torch.bfloat16)) == ("0.1001", "0.334")
    assert words([4, 4.0]) == ("4", "4.0")
    assert words(np.array([4, 4.0], object)) == ("4", "4.0")


FLOATS = [
    kind
    for name in dir(torch)
    if isinstance(kind := getattr(torch, name), torch.dtype)
    and kind.is_floating_point
    and not name.startswith("float4")
]
LARGE = [65504.0, 2049.0, 4128.0, 16777216.0, 448.0, 57344.0, 1498845440.0, 1e9, 0.1, 1 / 3, -0.0, 1e30]


def _holds_to_its_word(thing: Any, items: list[Any], stored: Callable[[Any], Any]) -> None:
    """A box without a sign is its element once stored; digits are told only of what is rounded, and are its own."""
    for (box, full), item in zip(read_values(thing, describe(thing), axes_of((len(items),))), items, strict=True):
        assert box.startswith("≈") == bool(full)
        text = type(item)(full or box)
        is_whole = isinstance(item, float) and item.is_integer()
        assert np.isnan(item) or item == (text if full or is_whole else stored(text)), (box, full, item)


@pytest.mark.parametrize("kind", FLOATS, ids=str)
@given(raw=st.binary(min_size=16, max_size=64).filter(lambda raw: not len(raw) % 16))
def test_a_float_of_torch_in_a_box_is_its_element(kind: torch.dtype, raw: bytes) -> None:
    for t in (torch.frombuffer(bytearray(raw), dtype=kind), torch.tensor(LARGE).to(kind)):
        items = [t[i].item() for i in range(len(t))]
        _holds_to_its_word(t, items, lambda text: torch.tensor(text, dtype=torch.float64).to(kind).item())


@pytest.mark.parametrize("name", ["e", ">e", "f", ">f", "d", "g", "F", "D"])
@example(raw=struct.pack("ffff", 134217728, 2147483648, 0.1, -2147483648))
@given(raw=st.binary(min_size=16, max_size=64).filter(lambda raw: not len(raw) % 16))
def test_a_float_of_numpy_in_a_box_is_its_element(name: str, raw: bytes) -> None:
    drawn = np.frombuffer(raw, "d" if name == "g" else name)
    large = np.array([v for v in LARGE if v <= 65504 or name[-1] != "e"])
    for a in (drawn.astype("g") / 3 if name == "g" and np.isfinite(drawn).all() else drawn, large.astype(name)):
        _holds_to_its_word(a, [a[i].item() for i in range(len(a))], lambda text: np.array(text).astype(name).item())
