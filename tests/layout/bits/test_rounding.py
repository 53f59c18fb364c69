"""One rounding, to the nearest: as torch and NumPy round, and against every value of the narrow formats."""

from __future__ import annotations

import math
import random
import struct
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from tensorlab.errors import UnsupportedError
from tensorlab.layout.bits.formats import FORMATS, meaning
from tensorlab.layout.bits.literals import number
from tensorlab.layout.bits.record import Number
from tensorlab.layout.bits.rounding import distance, neighbours, rounded

NARROW = [name for name, form in FORMATS.items() if form.width in {8, 16}]
BYTES = {1: torch.uint8, 2: torch.uint16}
ODD = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7e308, 3.4028235677973366e38, 2.0**-149, 2.0**-150]


SATURATES = bool(torch.tensor(1e6).to(torch.float8_e4m3fn).float() == 448)
"""Whether this torch stores the largest value, as 2.13 does, and not NaN, as 2.11 does."""


def exactly(value: float) -> Number:
    if not math.isfinite(value):
        return Number("nan" if math.isnan(value) else "infinity", value < 0)
    size = Fraction(abs(value))
    return Number("finite", math.copysign(1, value) < 0, size.numerator, size.denominator)


def code(name: str, value: float) -> int:
    return rounded(exactly(value), FORMATS[name]).pattern.code


def float32(value: float) -> float:
    return torch.tensor(value, dtype=torch.float64).float().double().item()


def trials(name: str) -> list[float]:
    """Values of the format, what lies halfway between two, a little to either side, and numbers from everywhere."""
    form, chance = FORMATS[name], random.Random(5)
    codes = range(form.top) if form.width == 8 else (chance.randrange(form.top) for _ in range(1500))
    found = list(ODD)
    for bits in codes:
        low, high = (meaning(form, bits + more).value.magnitude for more in (0, 1))
        middle = (low + high) / 2
        found += [float(low), float(middle), float(middle + (high - low) / 2**9), float(middle - (high - low) / 2**9)]
    found += [chance.uniform(-2, 2) * 2.0 ** chance.randrange(-150, 127) for _ in range(2000)]
    values = [float32(value) for value in found]  # torch goes there first
    least = 0.0 if not form.is_power else 2.0**-126  # below, torch rounds powers of two by rules of its own
    return [value for value in values if not abs(value) < least] + [0.0]


@pytest.mark.parametrize("name", [name for name in NARROW if name != "float4_e2m1fn_x2"])
def test_as_torch(name: str) -> None:
    values = trials(name)
    if name == "float8_e4m3fn" and not SATURATES:
        values = [value for value in values if abs(value) <= 464]
    values += [-value for value in values]
    stored = torch.tensor(values, dtype=torch.float64).to(getattr(torch, name))
    expected = stored.view(BYTES[stored.element_size()]).tolist()
    found = [code(name, value) for value in values]
    wrong = [
        (value, hex(ours), hex(theirs))
        for value, ours, theirs in zip(values, found, expected, strict=True)
        if ours != theirs and not math.isnan(value)
    ]
    assert wrong == []


@given(st.floats())
@example(1 + 2.0**-24)
@example(1 + 3 * 2.0**-24)
@example(65520.0)
@example(65519.99)
@example(2.0**-25)
def test_as_numpy(value: float) -> None:
    if math.isnan(value):
        return
    with np.errstate(all="ignore"):
        for name, letter in (("float64", "Q"), ("float32", "I"), ("float16", "H")):
            expected = struct.unpack(letter, np.array(value).astype(name).tobytes())[0]
            assert code(name, value) == expected, name


@given(st.floats(allow_nan=False))
def test_neighbours_as_the_standard_library(value: float) -> None:
    form = FORMATS["float64"]
    below, above = neighbours(rounded(exactly(value), form).pattern, form)
    for found, towards in ((below, -math.inf), (above, math.inf)):
        if value == towards:
            assert found is None
        else:
            assert found is not None
            assert struct.pack("Q", found.code) == struct.pack("d", math.nextafter(value, towards))
    step = distance(rounded(exactly(value), form).pattern, form)
    assert step == (Fraction(math.ulp(value)) if math.isfinite(value) else None)


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.width <= 8])
def test_neighbours_are_the_next_values_there_are(name: str) -> None:
    form = FORMATS[name]
    patterns = [meaning(form, bits) for bits in range(2**form.width)]
    finite = sorted({p.value.fraction for p in patterns if p.value.fraction is not None})
    for pattern in patterns:
        value = pattern.value.fraction
        if value is None:
            continue
        for found, others in zip(
            neighbours(pattern, form),
            ([v for v in finite if v < value][-1:], [v for v in finite if v > value][:1]),
            strict=True,
        ):
            assert [found.value.fraction for found in [found] if found and found.value.fraction is not None] == others


@given(st.fractions(-700, 700), st.sampled_from([name for name, form in FORMATS.items() if form.width <= 8]))
def test_no_value_is_nearer(value: Fraction, name: str) -> None:
    form = FORMATS[name]
    asked = Number("finite", value < 0, abs(value).numerator, value.denominator)
    found = rounded(asked, form)
    if found.pattern.value.fraction is None or (form.is_power and value < 0) or found.overflowed:
        return
    values = [meaning(form, bits).value.fraction for bits in range(2**form.width)]
    sizes = sorted({abs(other - value) for other in values if other is not None})
    assert abs(found.pattern.value.fraction - value) == sizes[0]


@pytest.mark.parametrize(
    ("text", "name", "hex_", "tie", "overflowed"),
    [
        ("0.1", "float32", "0x3dcccccd", False, False),
        ("1/3", "float16", "0x3555", False, False),
        ("17", "float8_e4m3fn", "0x58", True, False),
        ("19", "float8_e4m3fn", "0x5a", True, False),
        ("464", "float8_e4m3fn", "0x7e", True, False),
        ("-1e400", "float64", "0xfff0000000000000", False, True),
        ("1e-400", "float64", "0x0000000000000000", False, False),
        ("-0.0", "float8_e5m2fnuz", "0x00", False, False),
        ("5", "float4_e2m1fn_x2", "0x6", True, False),
        ("100", "float4_e2m1fn_x2", "0x7", False, True),
        ("-inf", "float4_e2m1fn_x2", "0xf", False, True),
        ("inf", "float32", "0x7f800000", False, False),
        ("3", "float8_e8m0fnu", "0x81", True, False),
    ],
)
def test_figures(text: str, name: str, hex_: str, tie: bool, overflowed: bool) -> None:  # noqa: FBT001 - columns
    found = rounded(number(text), FORMATS[name])
    assert (found.pattern.hex, found.tie, found.overflowed) == (hex_, tie, overflowed)


def test_once_is_not_twice() -> None:
    """1 + 2^-8 + 2^-40 is above the middle of two bfloat16; a float32 in between loses that."""
    text = f"{1 + 2.0**-8 + 2.0**-40!r}"
    assert rounded(number(text), FORMATS["bfloat16"]).pattern.hex == "0x3f81"
    assert torch.tensor(float(text), dtype=torch.bfloat16).item() == 1


def test_four_bits_have_no_nan() -> None:
    with pytest.raises(UnsupportedError, match="float4_e2m1fn_x2 has no NaN"):
        rounded(number("nan"), FORMATS["float4_e2m1fn_x2"])
