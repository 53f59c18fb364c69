from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.memory.export import Export, checked, number, numbers


def export(first: int | None, shape: tuple[int, ...], strides: tuple[int, ...] | None) -> Export:
    return Export("__dlpack__", first, shape, strides, dtype("float32"))


def test_bytes_that_can_be_are_taken() -> None:
    for able in (
        export(4096, (3,), (4,)),
        export(8, (3,), (-4,)),
        export(None, (0, 3), (12, 4)),
        export(2**63 - 4, (1,), (4,)),
        export(4096, (10**18, 10**18), (0, 0)),
        export(None, (3,), None),
    ):
        assert checked(able) is able


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (export(None, (3,), (4,)), "gives no address for 3 elements"),
        (export(4, (3,), (-4,)), "there are no such"),
        (export(2**63 - 8, (3,), (4,)), "there are no such"),
        (export(4096, (2**62,), (2**62,)), "there are no such"),
    ],
)
def test_bytes_that_cannot_be_are_refused(bad: Export, words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        checked(bad)


def test_integers_of_any_kind_become_plain_ones() -> None:
    found = numbers([np.int64(3), True, 4], "shape", least=0)
    assert found == (3, 1, 4)
    assert {type(n) for n in found} == {int}


@pytest.mark.parametrize("value", [1.0, "3", None, [1], -1, 2**63, 10**5000, float("nan")], ids=lambda _: "")
def test_what_is_no_such_integer_is_told(value: Any) -> None:
    with pytest.raises(UnsupportedError, match=r"shape must be integers of 0 to 2\*\*63 - 1; got"):
        number(value, "shape", least=0)


def test_endless_axes_end() -> None:
    with pytest.raises(UnsupportedError, match="shape has more than 64 axes"):
        numbers(iter(int, 1), "shape", least=0)


def test_a_negative_bound_is_spelled_as_a_power() -> None:
    with pytest.raises(UnsupportedError, match=r"integers of -2\*\*63 to 2\*\*63 - 1; got -9223372036854775809"):
        number(-(2**63) - 1, "strides", least=-(2**63))
