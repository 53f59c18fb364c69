from __future__ import annotations

import pytest

from tensorlab.layout.dtype import dtype
from tensorlab.testing.classing import classes_for
from tensorlab.testing.record import CLASSES
from tensorlab.testing.source import Seeded
from tensorlab.testing.strategies.choosing import choose, draw_shape, possible
from tensorlab.testing.strategies.record import Bounds, Wish

KINDS = (dtype("float32"), dtype("complex64"))
BOUNDS = [Bounds(), Bounds(2, 2, 2, 3), Bounds(0, 1, 0, 1), Bounds(4, 4, 1, 2), Bounds(1, 3, 6, 40), Bounds(6, 7, 0, 2)]


@pytest.mark.parametrize("bounds", BOUNDS)
def test_shapes_keep_within_bounds_and_can_be_of_their_class(bounds: Bounds) -> None:
    able = {name for library in ("torch", "numpy") for name, _ in possible(Wish(KINDS, CLASSES, library, None, bounds))}
    assert able >= {"contiguous", "contiguous offset", "dtype view"}
    for name in CLASSES:
        if name in able:
            for seed in range(100):
                shape = draw_shape(Seeded(seed), name, bounds)
                assert bounds.min_axes <= len(shape) <= bounds.max_axes
                assert all(bounds.min_side <= n <= bounds.max_side for n in shape)
                assert any(name in classes_for(shape, kind, "numpy") for kind in KINDS) or name in {"conj", "neg"}


def test_bounds_leave_out_what_they_make_impossible() -> None:
    assert {name for name, _ in possible(Wish(KINDS, CLASSES, bounds=Bounds(0, 1, 0, 1)))} == {
        "contiguous", "contiguous offset", "odd ones", "zero-size", "0-d", "conj", "neg", "dtype view"
    }  # fmt: skip
    assert [name for name, _ in possible(Wish(KINDS, CLASSES, bounds=Bounds(1, 3, 0, 0)))] == ["zero-size", "zero-size"]


def test_a_class_goes_with_the_dtypes_that_it_can_have() -> None:
    for seed in range(50):
        laid = choose(Seeded(seed), Wish(KINDS, ("conj", "neg")))
        assert laid is not None
        assert (laid.dtype.name, laid.conj, laid.neg) in {("complex64", True, False), ("float32", False, True)}
    assert choose(Seeded(0), Wish((dtype("int64"),), ("conj",))) is None


def test_long_axes_come_now_and_then_and_have_tails() -> None:
    longest = [max(draw_shape(Seeded(seed), "gaps", Bounds())) for seed in range(1000)]
    assert 40 < sum(n > 5 for n in longest) < 160
    assert {7, 8, 9, 17, 33} <= set(longest)
