from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.memory.spelling import ROUNDED, exact, number, structure, word


class Rude:
    """Raises when it is printed."""

    def __repr__(self) -> str:
        raise ZeroDivisionError

    __str__ = __repr__


class RudeDate:
    """Says that it is one of Python's."""

    __module__ = "datetime"
    __str__ = Rude.__repr__


class RudeType(type):
    def __getattribute__(cls, name: str) -> Any:
        raise ZeroDivisionError(name)


class RudeInt(int):
    __repr__ = __str__ = __format__ = Rude.__repr__  # type: ignore[assignment]  # a trap


class RudeFloat(float):
    __repr__ = __str__ = __format__ = Rude.__repr__  # type: ignore[assignment]  # a trap


class RudeText(str):
    __slots__ = ()
    __repr__ = __str__ = __len__ = Rude.__repr__  # type: ignore[assignment]  # a trap


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "≈0.3"),
        (1e-30, "1e-30"),
        (-0.0, "-0.0"),
        (math.nan, "nan"),
        (True, "True"),
        (None, "None"),
        (2**64 - 1, "18446744073709551615"),
        (-(2**63), "-9223372036854775808"),
        (10**100_000, "int of 332,193 bits"),
        (1 - 2j, "1-2j"),
        (np.float32(0.1), "0.1"),
        (np.int8(-3), "-3"),
        (np.True_, "True"),
        (np.float64(0.1), "0.1"),
        ("", "''"),
        ("it's a text", '"it\'s …"'),
        ("x" * 10**7, "'xxxxx…'"),
        (b"x" * 10**7, "b'xxxxx…'"),
        ("\n\t", r"'\n\t'"),
        (Decimal("0.10"), "0.10"),
        (Fraction(1, 3), "1/3"),
        (Fraction(10**9999, 3), "<Fraction>"),
        (dt.date(2020, 1, 2), "2020-01-02"),
        (RudeDate(), "<RudeDate>"),
        (RudeType("Made", (), {})(), "<Made>"),
        (type("Named", (), {"__module__": []})(), "<Named>"),
        ([1] * 10**7, "[1, 1, 1, …]"),
        ({}, "<dict>"),
        (Rude(), "<Rude>"),
        (RudeInt(3), "3"),
        (RudeFloat(0.5), "0.5"),
        (RudeText("ab"), "'ab'"),
        (Rude, "<type>"),
    ],
    ids=lambda column: column[:20] if type(column) is str else "",
)
def test_words(value: object, text: str) -> None:
    assert word(value) == text


@given(st.recursive(st.integers() | st.floats() | st.text() | st.binary() | st.none(), lambda x: st.lists(x) | x))
def test_any_word_is_short_and_never_an_address(value: object) -> None:
    assert 0 < len(word(value)) <= 20
    assert " at 0x" not in word([object(), value])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.0, "4"),
        (-0.0, "-0"),
        (1e30, "1e+30"),
        (123456789.0, "123456789"),
        (1 / 3, "≈0.3333"),
        (math.inf, "inf"),
        (1 + 2j, "1+2j"),
    ],
)
def test_elements_of_an_array_need_no_sign_that_they_are_floats(value: complex, text: str) -> None:
    assert number(value) == text


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_narrow_float_has_the_digits_of_its_dtype(value: float) -> None:
    told = exact(value, 24) or number(value, 24)
    assert not told.startswith(ROUNDED)
    assert np.float32(told) == np.float32(value)
    if abs(value) >= 2.0**-126:  # one that is not smaller than any of full precision
        assert float(told) == float(str(np.float32(value))) or math.log2(abs(value)).is_integer()


def test_what_is_rounded_says_so_and_is_told_in_full() -> None:
    assert (word(0.1 + 0.2), exact(0.1 + 0.2)) == ("≈0.3", "0.30000000000000004")
    assert (word([1.5, 4.0]), exact([1.5, 4.0])) == ("[1.5, 4.0]", "")
    assert exact(1 / 3 + 2j) == "0.3333333333333333+2j"
    assert (structure((1.0, 0.1 + 0.2)), word(4), word(4.0)) == ("(1, ≈0.3)", "4", "4.0")
