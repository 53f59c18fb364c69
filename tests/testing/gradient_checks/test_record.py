from __future__ import annotations

import math

import pytest

from tensorlab.errors import LayoutError
from tensorlab.testing.gradient_checks.record import GradientCheck, GradientEntry, element

ENTRY = GradientEntry(source=(1, (0,), "imag"), result=(1, (), ""), analytic=1.0, numeric=4.0, wrong=True)


def test_the_error_is_relative_to_the_larger() -> None:
    assert ENTRY.error == 0.75
    zero = GradientEntry(source=(0, (), ""), result=(0, (), ""), analytic=0.0, numeric=0.0, wrong=False)
    assert zero.error == 0.0
    assert math.isinf(
        GradientEntry(source=(0, (), ""), result=(0, (), ""), analytic=math.nan, numeric=0.0, wrong=True).error
    )


def test_the_words() -> None:
    assert str(ENTRY) == (
        "d output 1 / d imag(input 1[0]) is 1 by backward, 4 by finite differences (relative error 0.75)"
    )
    assert element("output", (0, (1, 2), "")) == "output[1, 2]"


def test_a_check_that_cannot_be() -> None:
    with pytest.raises(LayoutError, match="3 of 2 numbers cannot be wrong"):
        GradientCheck(target="f", inputs=(), compared=2, wrong=3)


def test_a_failure_without_a_wrong_number() -> None:
    found = GradientCheck(target="f", inputs=(), compared=2, failures=("it wobbles",))
    assert str(found) == "gradients of f fail; it wobbles"
    assert not found.passed
