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


@given(st.floats() | st.complex_numbers() | st.floats(width=16) | st.integers(-(10**15), 10**15).map(float))
def test_a_number_without_a_sign_is_the_number_itself(value: complex) -> None:
    for text, full in ((number(value), exact(value, element=True)), (word(value), exact(value))):
        assert text.startswith(ROUNDED) == bool(full), "digits are told only of what is rounded"
        assert repr(type(value)(full or text)) == repr(value)
        assert len(text) <= 20
        assert "…" not in text


@pytest.mark.parametrize(
    ("value", "text", "full"),
    [
        (-4.3225654134499657e-305 - 7.880401239278896e115j, "≈-4.3e-305-7.9e+115j", None),
        (complex(math.nan, 1 / 3), "≈nan+0.333j", None),
        (np.longdouble(1) / 3, "≈0.3333", str(np.longdouble(1) / 3)),
        (np.longdouble("1e300") / 3, "≈3.333e+299", str(np.longdouble("1e300") / 3)),
        (np.clongdouble(1.5 - 2j), "1.5-2j", ""),
        (np.clongdouble(1 / 3 - 2j), "≈0.333-2j", str(np.clongdouble(1 / 3 - 2j)).strip("()")),
        (Decimal("3.33333333333333333333E+40"), "≈3.333e+40", "3.33333333333333333333E+40"),
        (Fraction(10**30, 3), "≈3.333e+29", f"{10**30}/3"),
        (1e12, "1e+12", ""),
        (1e12 + 2j, "1e+12+2j", ""),
    ],
)
def test_no_cut_changes_how_large_a_number_is(value: Any, text: str, full: str | None) -> None:
    assert number(value) == word(value) == text
    assert exact(value) == (repr(value).strip("()") if full is None else full)


def test_a_row_is_cut_between_numbers() -> None:
    assert structure((123456, 789012, 345678)) == "(123456, 789012, …"
    assert word([1234567.5, 1234567.25]) == "[1234567.5, …"
    assert word([{}] * 3) == "[<dict>, <dict>, <d…"


def test_what_is_rounded_says_so_and_is_told_in_full() -> None:
    assert (word(0.1 + 0.2), exact(0.1 + 0.2)) == ("≈0.3", "0.30000000000000004")
    assert (word([1.5, 4.0]), exact([1.5, 4.0])) == ("[1.5, 4.0]", "")
    assert exact(1 / 3 + 2j) == "0.3333333333333333+2j"
    assert (structure((1.0, 0.1 + 0.2)), word(4), word(4.0)) == ("(1, ≈0.3)", "4", "4.0")
