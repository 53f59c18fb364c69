from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.layout.bits.record import Bits, Number, Pattern, decimal
from tensorlab.layout.bits.stored import stored


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_written_exactly(value: float) -> None:
    size = Fraction(abs(value))
    number = Number("finite", math.copysign(1, value) < 0, size.numerator, size.denominator)
    with localcontext(prec=2000):
        assert Decimal(str(number)) == Decimal(value)
    assert str(number).startswith("-") == (math.copysign(1, value) < 0)
    assert float.fromhex(number.hex) == value
    assert number.fraction == Fraction(value)


@given(st.integers(0, 10**30), st.integers(1, 10**6))
def test_any_fraction_is_written_exactly(above: int, below: int) -> None:
    assert Fraction(decimal(Fraction(above, below))) == Fraction(above, below)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (Fraction(1, 1000), "0.001"), (10**23, "1" + "0" * 23), (10**24, "1e+24"), (Fraction(2, 3), "2/3")],
)
def test_short_numbers_have_no_exponent(value: Fraction | int, words: str) -> None:
    assert decimal(Fraction(value)) == words


@pytest.mark.parametrize(
    ("kind", "above", "below", "words"),
    [
        ("finite", -1, 1, "a magnitude is a fraction; got -1 / 1"),
        ("finite", 1, 0, "a magnitude is a fraction; got 1 / 0"),
        ("nan", 1, 1, "a number that is nan has no digits; got 1 / 1"),
        ("infinity", 0, 2, "a number that is infinity has no digits; got 0 / 2"),
    ],
)
def test_what_is_no_number_is_refused(kind: str, above: int, below: int, words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        Number(kind, False, above, below)  # type: ignore[arg-type]  # the words of the table


@pytest.mark.parametrize("code", [-1, 16])
def test_a_pattern_has_as_many_bits_as_its_parts(code: int) -> None:
    with pytest.raises(LayoutError, match=f"a pattern of 4 bits cannot be {code}"):
        Pattern("four", (("sign", 1), ("value", 3)), code, Number("finite"))


def test_a_pattern_in_words() -> None:
    pattern = Pattern("odd", (("sign", 0), ("exponent", 2), ("mantissa", 3)), 0b01101, Number("finite"))
    assert (pattern.width, pattern.words, pattern.hex) == (5, "01 101", "0x0d")


def test_bits_of_nothing_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="bits of a number need a dtype; got none"):
        Bits("0.1", ())


def test_bits_as_a_sentence() -> None:
    found = Bits("0.1", (*stored("0.1", "bfloat16"), *stored("0.1", "float8_e4m3fn")))
    assert str(found) == "0.1: bfloat16 0x3dcd = 0.10009765625; float8_e4m3fn 0x1d = 0.1015625"


def test_the_error_is_stored_minus_asked() -> None:
    (found,) = stored("1/3", "bfloat16")
    assert found.error == Fraction(0.333984375) - Fraction(1, 3)
    assert found.ulps == Fraction(1, 3)
    assert stored("inf", "float32")[0].ulps is stored("nan", "float32")[0].error is None
