from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.errors import ExpressionError
from tensorlab.layout.bits.literals import number, numbers


@given(st.floats(allow_nan=False))
def test_every_float_is_read_as_python_reads_it(value: float) -> None:
    exact = number(value.hex())
    assert exact.negative == value.hex().startswith("-")
    assert exact.fraction == (None if value in {float("inf"), -float("inf")} else Fraction(value))
    read = number(repr(value)).fraction
    assert read is None or float(read) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=30) | st.integers(-(10**80), 10**80))
def test_decimals_and_long_integers_are_read_exactly(value: Any) -> None:
    assert number(str(value)).fraction == Fraction(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", Fraction(1, 3)),
        ("-1.5/0.5", Fraction(-3)),
        (".5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("1e-400", Fraction(1, 10**400)),
        ("1_000", Fraction(1000)),
        (" +7 ", Fraction(7)),
        ("0xff", Fraction(255)),
        ("0x.8p-1", Fraction(1, 4)),
        ("0X1.8P3", Fraction(12)),
        ("1E3", Fraction(1000)),
        ("True", Fraction(1)),
    ],
)
def test_numbers(text: str, value: Fraction) -> None:
    assert number(text).fraction == value


@pytest.mark.parametrize(
    ("text", "kind", "negative"),
    [("inf", "infinity", False), ("-Infinity", "infinity", True), ("NaN", "nan", False), ("-nan", "nan", True)],
)
def test_what_is_not_finite(text: str, kind: str, negative: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (number(text).kind, number(text).negative) == (kind, negative)


def test_zero_has_a_sign() -> None:
    assert number("-0.0").negative
    assert number("-0").fraction == 0
    assert not number("0e5").negative


@pytest.mark.parametrize(
    "text", ["1+2j", "1-2j", "-1.5e-3+2e-4j", "2j", "-2e+4j", "j", "-j", "1+j", "-0.5-j", "1e5j", "1e-2-3j"]
)
def test_complex_numbers_are_read_as_python_reads_them(text: str) -> None:
    real, imaginary = (float(part.fraction or 0) for part in numbers(text))
    assert complex(real, imaginary) == complex(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".",
        "one",
        "1e",
        "0x",
        "1//2",
        "1/",
        "/2",
        "1 2",
        "--1",
        "1e5.5",
        "p3",
        "5p3",
        "\N{ARABIC-INDIC DIGIT ONE}x",
        "1/2/3",
    ],
)
def test_what_is_no_number_is_one_sentence(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"(?s)a number is needed; got .*hint: for one: 0.1"):
        number(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/0", "a fraction cannot have 0 below the line; got '1/0'"),
        ("1e99999", "at most 4,000 digits is needed; got 1 and the power 99999"),
        ("1e999999999", "at most 4,000 digits is needed; got 1 and the power 999999999"),
        ("9" * 5000, "at most 4,000 digits is needed; got 5,000 and the power 0"),
    ],
)
def test_numbers_that_nothing_holds(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        number(text)
