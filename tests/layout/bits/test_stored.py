from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from support.probe import loaded

from tensorlab.errors import OutOfBoundsError, UnknownNameError, UnsupportedError
from tensorlab.layout.bits.stored import stored
from tensorlab.layout.dtype import DTYPES

if TYPE_CHECKING:
    from tensorlab.errors import TensorlabError

INTEGERS = [name for name, kind in DTYPES.items() if kind.kind in {"int", "uint"}]

SINCE = " (in torch 2.13; NaN in 2.11)"


@pytest.mark.parametrize("name", DTYPES)
def test_every_dtype_stores_one(name: str) -> None:
    first = stored("1", name)[0]
    assert first.pattern.dtype == name
    assert first.pattern.value.fraction == 1
    assert first.error == 0
    assert len(stored("1", name)) == 1 + (DTYPES[name].kind == "complex")


@given(st.sampled_from(INTEGERS), st.data())
def test_integers_are_the_bytes_of_torch(name: str, data: st.DataObject) -> None:
    limits = torch.iinfo(getattr(torch, name))
    value = data.draw(st.integers(limits.min, limits.max))
    (found,) = stored(str(value), name)
    made = torch.tensor([value], dtype=getattr(torch, name)).view(torch.uint8).numpy().tobytes()
    assert found.pattern.code.to_bytes(len(made), "little") == made
    assert (found.below is None) == (value == limits.min)
    assert (found.above is None) == (value == limits.max)
    assert found.above is None or found.above.value.fraction == value + 1


@pytest.mark.parametrize(
    ("text", "name", "kind", "words"),
    [
        ("300", "int8", OutOfBoundsError, r"int8 holds -128 to 127; got 300\nhint: (.|\n)*around: 44$"),
        ("-1", "uint8", OutOfBoundsError, r"uint8 holds 0 to 255; got -1\nhint: (.|\n)*around: 255$"),
        (str(2**63), "int64", OutOfBoundsError, "int64 holds -9223372036854775808 to 9223372036854775807"),
        ("nan", "int8", UnsupportedError, "int8 holds integers; got nan"),
        ("inf", "uint64", UnsupportedError, "uint64 holds integers; got inf"),
        ("1+2j", "float32", UnsupportedError, "float32 has one part; got the complex number"),
        ("nan", "float4_e2m1fn", UnsupportedError, "float4_e2m1fn_x2 has no NaN"),
        ("1", "float33", UnknownNameError, "no dtype is called 'float33'"),
    ],
)
def test_what_a_dtype_does_not_hold(text: str, name: str, kind: type[TensorlabError], words: str) -> None:
    with pytest.raises(kind, match=words):
        stored(text, name)


def test_a_conversion_wraps_as_the_hint_says() -> None:
    assert torch.tensor(300).to(torch.int8).item() == 44


@pytest.mark.parametrize(
    ("text", "name", "note"),
    [
        ("1e39", "float32", "too large to be rounded: infinity stands for it"),
        ("1000", "float8_e4m3fn", "too large to be rounded: the largest value stands for it" + SINCE),
        ("inf", "float8_e4m3fn", "float8_e4m3fn has no infinity: the largest value stands for it" + SINCE),
        ("300", "float8_e4m3fnuz", "too large to be rounded: NaN stands for it"),
        ("inf", "float8_e8m0fnu", "float8_e8m0fnu has no infinity: NaN stands for it"),
        ("-0.0", "float8_e5m2fnuz", "float8_e5m2fnuz has a zero of one sign only"),
        ("-2", "float8_e8m0fnu", "float8_e8m0fnu has no sign: torch keeps the magnitude"),
        ("0", "float8_e8m0fnu", "float8_e8m0fnu has no zero: the smallest power of two stands for it"),
        ("1e-46", "float32", "too small: what is nearest is zero"),
        ("2", "float4_e2m1fn", "two values lie in a byte: this is one of them"),
        ("2.5", "int8", "the fraction is cut off, toward zero"),
        ("nan", "bool", "any number but 0 is true"),
    ],
)
def test_notes(text: str, name: str, note: str) -> None:
    assert stored(text, name)[0].notes == (note,)


def test_an_ordinary_number_has_no_notes() -> None:
    assert all(stored("1", name)[0].notes == () for name in DTYPES if name != "float4_e2m1fn_x2")


@given(st.floats(-1e5, 1e5), st.sampled_from(["float16", "bfloat16", "float8_e5m2", "float8_e4m3fn", "float32"]))
def test_where_torch_stores_something_else_it_is_told(value: float, name: str) -> None:
    (found,) = stored(repr(value), name)
    assume(not any("in torch 2.13" in note for note in found.notes))  # another torch stores NaN
    made = torch.tensor([value], dtype=getattr(torch, name)).view(torch.uint8).numpy().tobytes()
    other = int.from_bytes(made, "little")
    told = [note for note in found.notes if note.startswith("torch rounds more than once")]
    assert (other != found.pattern.code) == bool(told)
    assert all(f"0x{other:0{2 * len(made)}x}" in note for note in told)


def test_the_double_in_between_is_told_too() -> None:
    text = "1.000000059604644775390625000000000000000001"
    (found,) = stored(text, "float32")
    assert found.pattern.hex == "0x3f800001"
    assert found.notes == ("torch rounds more than once, through float64, and stores 0x3f800000 = 1",)
    assert torch.tensor(float(text)).item() == 1


def test_truth_values_have_one_neighbour() -> None:
    false, true = (stored(text, "bool")[0] for text in ("0", "1"))
    assert (false.above, false.below) == (true.pattern, None)
    assert (true.above, true.below) == (None, false.pattern)


def test_the_parts_of_a_complex_number() -> None:
    real, imaginary = stored("1-0.1j", "complex64")
    assert (real.component, imaginary.component) == ("real", "imaginary")
    assert str(imaginary.pattern.value) == "-0.100000001490116119384765625"


def test_neither_torch_nor_numpy_is_needed() -> None:
    code = "from tensorlab.layout.bits.stored import stored; print(stored('0.1', 'bfloat16'))"
    assert loaded(code, frozenset({"torch", "numpy"})) == frozenset()
