from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import find, settings
from support.drawn import classes_seen, draws, shares

from tensorlab.testing import CLASSES, arrays

BYTES: tuple[str, ...] = tuple(name for name in CLASSES if name not in {"conj", "neg"})


def test_over_a_thousand_draws_each_class_is_at_least_2_percent() -> None:
    drawn = draws(arrays())
    assert len(drawn) == 1000
    found = shares(drawn)
    assert {name: round(found.get(name, 0), 1) for name in BYTES if found.get(name, 0) < 3} == {}


@pytest.mark.parametrize("name", BYTES)
def test_a_class_that_is_asked_for_is_drawn_and_shrinks_to_4_elements_or_fewer(name: str) -> None:
    for x in draws(arrays(classes=name), 15):
        assert name in classes_seen(x) or name == "dtype view"
    found = find(arrays(), lambda x: name in classes_seen(x), settings=settings(max_examples=2000, derandomize=True))
    assert found.size <= 4


def test_shape_and_dtype_are_what_was_asked_for() -> None:
    drawn: list[Any] = draws(arrays(shape=(2, 3), dtype=np.uint16), 50)
    assert {(x.shape, x.dtype.name) for x in drawn} == {((2, 3), "uint16")}


def test_what_lies_beside_the_elements_is_poison() -> None:
    for x in draws(arrays(dtype="float32", classes=["gaps", "negative stride", "permuted"]), 100):
        assert np.isfinite(x).all()
        base = x
        while isinstance(base.base, np.ndarray):
            base = base.base
        if base.nbytes % 4 == 0 and all(stride % 4 == 0 for stride in x.strides):
            last = base.view(np.uint8).reshape(-1).view("f4")[-1]
            assert np.isnan(last) or abs(last) == 30_000.5
