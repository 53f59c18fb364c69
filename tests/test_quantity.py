from __future__ import annotations

import math
import re
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.quantity import Quantity, counted, digits, listed, prefixed, ratio

SCALES = {"n": 1e-9, "µ": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
AROUND_TEN = [m * 10.0**e for m, e in product((1.0, 1.0005, 1.005, 9.994, 9.995, 9.996, 9.9999), range(-9, 17))]


def significant(text: str) -> int:
    """Digits from the first that is not 0."""
    return len(text.replace(".", "").lstrip("-0"))


def check_prefixed(value: float) -> None:
    number, unit = prefixed(value, "s").split(" ")
    shown = float(number) * SCALES[unit.removesuffix("s")]
    assert math.isclose(shown, value, rel_tol=0.005001)
    if 1e-9 <= abs(value) < 9.99e17:
        assert 1 <= abs(float(number)) < 1000
        assert significant(number) == 3


def test_every_magnitude_has_three_digits_and_a_prefix() -> None:
    for value in AROUND_TEN:
        check_prefixed(value)
        check_prefixed(-value)


@given(st.floats(1e-9, 9.9e17) | st.floats(-9.9e17, -1e-9))
def test_prefixed(value: float) -> None:
    check_prefixed(value)


@given(st.lists(st.floats(1e-9, 9.9e17), min_size=2, max_size=5))
def test_prefixed_keeps_the_order(values: list[float]) -> None:
    shown = [prefixed(value, "s").split(" ") for value in sorted(values)]
    numbers = [float(number) * SCALES[unit.removesuffix("s")] for number, unit in shown]
    assert all(low <= high * (1 + 1e-12) for low, high in pairwise(numbers))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 s"),
        (math.inf, "inf s"),
        (-math.inf, "-inf s"),
        (math.nan, "nan s"),
        (1e18, "1000 Ps"),
        (-2e-3, "-2.00 ms"),
    ],
)
def test_numbers_at_the_edge(value: float, text: str) -> None:
    assert prefixed(value, "s") == text


@given(st.floats(0.1, 1e6))
def test_digits_are_three_or_the_whole_ones(value: float) -> None:
    text = digits(value)
    assert significant(text) == max(3, len(str(round(value))))
    assert re.fullmatch(r"\d+(\.\d+)?", text)
    assert math.isclose(float(text), value, rel_tol=0.005001)


@given(st.floats(1e-12, 0.0999))
def test_digits_of_the_small(value: float) -> None:
    assert math.isclose(float(digits(value)), value, rel_tol=0.005001)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.00"), (9.999, "10.0"), (99.96, "100"), (0.09996, "0.100"), (-9.999, "-10.0"), (math.nan, "nan")],
)
def test_digits_where_rounding_carries(value: float, text: str) -> None:
    assert digits(value) == text


def test_ratio() -> None:
    assert [ratio(x) for x in (1, 0.5, 9.999, 1234.5, math.inf)] == ["1.00x", "0.500x", "10.0x", "1234x", "infx"]


@given(st.integers(-(10**30), 10**30), st.sampled_from(["B", "elements", ""]))
def test_whole_units_are_exact(value: int, unit: str) -> None:
    number = str(Quantity(value, unit)).split(" ")[0]
    assert int(number.replace(",", "")) == value
    assert all(len(group) == 3 for group in number.split(",")[1:])


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, "elements", "1 element"),
        (0, "elements", "0 elements"),
        (1.0, "elements", "1 element"),
        (244361984.0, "B", "244,361,984 B"),
        (10**15, "B", "1,000,000,000,000,000 B"),
        (10**400, "", f"{10**400:,}"),
        (2.5, "B", "2.5 B"),
        (25 / 3, "B", "8.33333333333333 B"),
        (math.inf, "B", "inf B"),
        (math.nan, "", "nan"),
        (61100840, "", "61,100,840"),
        (1.5e9, "FLOP/s", "1.50 GFLOP/s"),
    ],
)
def test_quantities(value: float, unit: str, text: str) -> None:
    assert str(Quantity(value, unit)) == text


@pytest.mark.parametrize(("count", "words"), [(0, "0 processors"), (1, "1 processor"), (1024, "1,024 processors")])
def test_one_is_singular(count: int, words: str) -> None:
    assert counted(count, "processor") == words


@pytest.mark.parametrize(
    ("names", "words"),
    [("", ""), ("a", "a"), ("ab", "a and b"), ("abc", "a, b and c"), ("abcde", "a, b, c and 2 more")],
)
def test_names_in_a_sentence(names: str, words: str) -> None:
    assert listed(list(names), 3, last=" and ") == words
    assert listed(tuple(names), 3) == (words if len(names) > 3 else ", ".join(names))


def test_an_empty_name_is_one_of_them() -> None:
    assert listed(["a", ""], 3) == "a, "
    assert listed([""] * 2_001, 1) == " and 2,000 more"
