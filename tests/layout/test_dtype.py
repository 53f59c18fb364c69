from __future__ import annotations

import ctypes
import dataclasses
import sys
from array import array

import numpy as np
import pytest
import torch
from support.layouts import TORCH_BY_SIZE

from tensorlab.errors import UnknownNameError, UnsupportedError
from tensorlab.layout.dtype import DTYPES, POINTER, DType, c_type, dtype, spelled
from tensorlab.memory.registry import describe

C_TYPES = {
    "_Bool": ctypes.c_bool,
    **{f"int{bits}_t": getattr(ctypes, f"c_int{bits}") for bits in (8, 16, 32, 64)},
    **{f"uint{bits}_t": getattr(ctypes, f"c_uint{bits}") for bits in (8, 16, 32, 64)},
    "float": ctypes.c_float,
    "double": ctypes.c_double,
}
COMPLEX = {"float _Complex": 2 * ctypes.sizeof(ctypes.c_float), "double _Complex": 2 * ctypes.sizeof(ctypes.c_double)}
NUMPY_KINDS = {"b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex"}
SHARED = [name for name in DTYPES if isinstance(getattr(np, name, None), type)]
FLOATS = [name for name, entry in DTYPES.items() if entry.kind == "float" and entry.lanes == 1]


def test_each_name_is_its_key() -> None:
    assert {name: entry.name for name, entry in DTYPES.items()} == {name: name for name in DTYPES}
    assert all(dtype(name) is entry for name, entry in DTYPES.items())


@pytest.mark.parametrize("name", DTYPES)
def test_itemsize_and_kind_are_those_of_torch(name: str) -> None:
    twin = getattr(torch, name)
    entry = dtype(name)
    assert entry.itemsize == twin.itemsize
    assert (entry.kind == "complex") == twin.is_complex
    assert (entry.kind == "float") == twin.is_floating_point
    if entry.kind in {"int", "uint"}:
        assert torch.iinfo(twin).bits == 8 * entry.itemsize
        assert (torch.iinfo(twin).min < 0) == (entry.kind == "int")


@pytest.mark.parametrize("name", SHARED)
def test_itemsize_and_kind_are_those_of_numpy(name: str) -> None:
    twin = np.dtype(name)
    assert dtype(name).itemsize == twin.itemsize
    assert dtype(name).kind == NUMPY_KINDS[twin.kind]


def test_numpy_has_the_usual_ones() -> None:
    assert {"bool", "int8", "uint64", "float16", "float64", "complex64"} <= set(SHARED)
    assert "bfloat16" not in SHARED


@pytest.mark.parametrize("name", [name for name, entry in DTYPES.items() if entry.c_name])
def test_c_types_have_the_itemsize(name: str) -> None:
    entry = dtype(name)
    assert entry.c_name is not None
    size = COMPLEX.get(entry.c_name) or ctypes.sizeof(C_TYPES[entry.c_name])
    assert size == entry.itemsize


def test_dtypes_without_a_c_type_are_those_that_ctypes_lacks() -> None:
    lacking = {name for name, entry in DTYPES.items() if entry.c_name is None}
    assert lacking == {name for name in DTYPES if name.startswith("float8")} | {
        "float16",
        "bfloat16",
        "complex32",
        "float4_e2m1fn_x2",
    }


@pytest.mark.parametrize("name", FLOATS)
def test_bits_give_the_range_and_precision_of_torch(name: str) -> None:
    entry = dtype(name)
    assert entry.bits is not None
    sign, exponent, mantissa = entry.bits
    twin = getattr(torch, name)
    limits = torch.finfo(twin)
    assert sign + exponent + mantissa == limits.bits == 8 * entry.itemsize
    one = torch.ones(1).to(twin).view(TORCH_BY_SIZE[entry.itemsize])
    # torch.finfo(float8_e5m2fnuz).eps is half of the step that torch itself makes after 1.0, so that step is taken.
    assert (one + 1).view(twin).double().item() - 1 == 2.0**-mantissa
    assert bool(sign) == (limits.min < 0)
    assert exponent == round(np.log2(np.log2(limits.max) - np.log2(limits.tiny)))


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_bits_are_those_of_numpy(name: str) -> None:
    limits = np.finfo(name)
    assert dtype(name).bits == (1, limits.nexp, limits.nmant)


@pytest.mark.parametrize(
    ("name", "part"), [("complex32", "float16"), ("complex64", "float32"), ("complex128", "float64")]
)
def test_bits_of_a_complex_are_those_of_one_part(name: str, part: str) -> None:
    assert dtype(name).bits == dtype(part).bits
    assert dtype(name).itemsize == 2 * dtype(part).itemsize


def test_two_values_in_one_byte() -> None:
    packed = dtype("float4_e2m1fn_x2")
    assert packed.bits is not None
    assert packed.lanes * sum(packed.bits) == 8 * packed.itemsize


def test_every_number_type_of_torch_is_in_the_table() -> None:
    types = {str(value).removeprefix("torch.") for value in vars(torch).values() if isinstance(value, torch.dtype)}
    containers = {name for name in types if name.startswith(("q", "bits"))}
    sub_byte = {f"{kind}{bits}" for kind in ("int", "uint") for bits in range(1, 8)}
    assert types - containers - sub_byte == set(DTYPES)


LONGS = [
    (np.zeros(1, "l"), "l", "int64_t (long)"),
    (np.zeros(1, "q"), "q", "int64_t (long long)"),
    (np.zeros(1, "L"), "L", "uint64_t (unsigned long)"),
    (np.zeros(1, "Q"), "Q", "uint64_t (unsigned long long)"),
    (array("l", [1]), "l", "int64_t (long)"),
    (array("q", [1]), "q", "int64_t (long long)"),
    ((ctypes.c_long * 2)(), "", "int64_t"),
    (memoryview(bytes(8)).cast("N"), "N", "uint64_t (size_t)"),  # type: ignore[call-overload]  # typeshed lacks it
    (np.zeros(1, "i"), "i", "int32_t"),
    (np.zeros(1, "?"), "?", "_Bool"),
    (np.zeros(1, "f"), "f", "float"),
    (np.zeros(1, "d"), "d", "double"),
    (np.zeros(1, "g"), "g", "long double"),
    (np.zeros(1, "M8[s]"), "M", "int64_t"),
    (np.zeros(1, "S5"), "S", "char[5]"),
    (np.zeros(1, "e"), "e", None),
    (torch.zeros(1, dtype=torch.int64), "", "int64_t"),
]


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_long) != 8, reason="long has 4 bytes here, so that it is an int32_t")
@pytest.mark.parametrize(("thing", "letter", "c_name"), LONGS, ids=lambda column: str(column)[:12])
def test_two_c_types_of_one_dtype_are_told_apart(thing: object, letter: str, c_name: str | None) -> None:
    found = describe(thing).dtype
    assert found is not None
    assert found.c_name == c_name
    assert found.name not in DTYPES or spelled(dtype(found.name), letter).c_name == c_name


def test_dtypes_of_two_c_types_are_equal_as_they_are_in_numpy() -> None:
    one, other = (spelled(dtype("int64"), letter) for letter in "lq")
    assert one.c_name != other.c_name
    assert one == other == dtype("int64")
    assert hash(one) == hash(other)
    assert np.dtype("l") == np.dtype("q") or ctypes.sizeof(ctypes.c_long) == 4


def test_a_pointer() -> None:
    assert POINTER.itemsize == ctypes.sizeof(ctypes.c_void_p) == np.dtype(object).itemsize
    assert sys.getsizeof([None]) - sys.getsizeof([]) == POINTER.itemsize


@pytest.mark.parametrize("name", ["float33", "", "torch.float32", "FLOAT32"])
def test_an_unknown_name(name: str) -> None:
    with pytest.raises(UnknownNameError, match=f"no dtype is called '{name}'"):
        dtype(name)


@pytest.mark.parametrize(("itemsize", "lanes"), [(-1, 1), (1, 0), (1, -2)])
def test_what_cannot_be_is_refused(itemsize: int, lanes: int) -> None:
    with pytest.raises(UnsupportedError, match=f"'odd' cannot have itemsize {itemsize} and {lanes} lanes"):
        DType("odd", itemsize, "void", lanes)


def test_a_dtype_is_rebuilt_from_its_fields_and_hashable() -> None:
    structure = DType("point", 9, "void", fields=(("x", dtype("float32"), 1), ("y", dtype("float32"), 5)))
    for entry in (*DTYPES.values(), POINTER, structure, DType("V0", 0, "void")):
        again = DType(**{field.name: getattr(entry, field.name) for field in dataclasses.fields(entry)})
        assert again == entry
        assert hash(again) == hash(entry)


@pytest.mark.parametrize(("word", "meant"), [("double", "float64"), ("long", "int64"), ("half", "float16")])
def test_a_word_of_c_is_answered_with_the_dtype_that_is_meant(word: str, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=f"did you mean '{meant}'"):
        dtype(word)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is a long long")
def test_what_int64_t_is_here() -> None:
    assert c_type(dtype("int64")) == "int64_t (long here)"
    assert c_type(dtype("uint64")) == "uint64_t (unsigned long here)"
