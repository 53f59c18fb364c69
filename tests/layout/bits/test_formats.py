"""Every pattern of every format of 8 and 16 bits means what torch says that it means."""

from __future__ import annotations

import math
import struct

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.errors import LayoutError
from tensorlab.layout.bits.formats import FORMATS, PARTS_OF, magnitude, meaning
from tensorlab.layout.dtype import DTYPES

NARROW = {
    name: {1: torch.uint8, 2: torch.uint16}[DTYPES[name].itemsize]
    for name, form in FORMATS.items()
    if form.width in {8, 16}
}


def as_float(name: str, code: int) -> float:
    value = meaning(FORMATS[name], code).value
    if value.fraction is None:
        return math.nan if value.kind == "nan" else -math.inf if value.negative else math.inf
    return math.copysign(float(value.fraction), -1 if value.negative else 1)


@pytest.mark.parametrize("name", NARROW)
def test_all_patterns(name: str) -> None:
    codes = torch.arange(2 ** FORMATS[name].width, dtype=torch.int32).to(NARROW[name])
    expected = codes.view(getattr(torch, name)).double()
    found = torch.tensor([as_float(name, code) for code in codes.tolist()], dtype=torch.float64)
    same = (found == expected) & (found.signbit() == expected.signbit()) | (found.isnan() & expected.isnan())
    assert codes.to(torch.int32)[~same].tolist() == []


@given(st.integers(0, 2**64 - 1))
def test_doubles_and_floats_mean_what_c_says(code: int) -> None:
    for name, letters, bits in (("float64", "Qd", code), ("float32", "If", code >> 32)):
        (expected,) = struct.unpack(letters[1], struct.pack(letters[0], bits))
        found = as_float(name, bits)
        assert found == expected or (math.isnan(found) and math.isnan(expected))
        assert math.isnan(found) or math.copysign(1, found) == math.copysign(1, expected)


def test_the_values_of_four_bits() -> None:
    values = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0]
    assert [as_float("float4_e2m1fn_x2", code) for code in range(16)] == [*values, *(-value for value in values)]
    assert math.copysign(1, as_float("float4_e2m1fn_x2", 8)) == -1


@pytest.mark.parametrize("name", FORMATS)
def test_bits_and_largest_values_are_those_of_the_table_of_dtypes(name: str) -> None:
    form, kind = FORMATS[name], DTYPES[name]
    assert (form.sign, form.exponent, form.mantissa) == kind.bits
    assert form.width * kind.lanes == 8 * kind.itemsize
    if kind.lanes == 1:
        limits = torch.finfo(getattr(torch, name))
        assert float(magnitude(form, form.top)) == limits.max
        assert float(magnitude(form, form.mantissa and 1 << form.mantissa)) == limits.tiny


def test_parts_of_complex_numbers_are_half_as_wide() -> None:
    assert {2 * FORMATS[part].width // 8 - DTYPES[name].itemsize for name, part in PARTS_OF.items()} == {0}


def test_kinds() -> None:
    kinds = [meaning(FORMATS["float16"], code).kind for code in (0, 1, 0x400, 0x7C00, 0x7C01, 0x8000)]
    assert kinds == ["zero", "subnormal", "normal", "infinity", "nan", "zero"]
    assert [name for name, _ in meaning(FORMATS["float8_e8m0fnu"], 0).parts] == ["exponent"]


def test_too_many_bits_are_refused() -> None:
    with pytest.raises(LayoutError, match="a pattern of 8 bits cannot be 256"):
        meaning(FORMATS["float8_e5m2"], 256)
