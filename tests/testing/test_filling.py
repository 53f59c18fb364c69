from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from tensorlab.layout.dtype import dtype
from tensorlab.testing.filling import fill, poison_bytes


@pytest.mark.parametrize("name", ["float32", "int64", "int8", "uint8", "complex64"])
@pytest.mark.parametrize("shape", [(), (4,), (3, 3), (0, 2), (2, 3, 4)])
def test_the_elements_can_be_told_apart(name: str, shape: tuple[int, ...]) -> None:
    patterns: tuple[Literal["ramp", "signed"], ...] = ("ramp", "signed")
    for pattern in patterns:
        values = fill(shape, dtype(name), pattern=pattern)
        assert values.shape == shape
        assert len(set(values.ravel().tolist())) == values.size


@pytest.mark.parametrize("span", range(1, 12))
def test_a_range_is_kept_and_used_up(span: int) -> None:
    values = fill((span, 2), dtype("int64"), low=2, high=2 + span)
    assert set(values.ravel().tolist()) == set(range(2, 2 + span))


@pytest.mark.parametrize("n", [2, 3, 4, 5])
@pytest.mark.parametrize("pattern", ["ramp", "signed", "few"])
def test_booleans_are_no_symmetric_square(n: int, pattern: Literal["ramp", "signed", "few"]) -> None:
    values = fill((n, n), dtype("bool"), pattern=pattern)
    assert (values != values.T).any()


def test_poison_of_fractions_is_no_number_and_large_ones_of_both_signs() -> None:
    mixed = np.frombuffer(poison_bytes(dtype("complex64")), np.complex64)
    assert np.isnan(mixed[0].real)
    assert mixed[1:].tolist() == [30_000.5 + 30_000.5j, -30_000.5 - 30_000.5j]
    assert np.frombuffer(poison_bytes(dtype("float64"), "huge"), np.float64).tolist() == [30_000.5, -30_000.5]
