from __future__ import annotations

import pytest

from tensorlab.layout.address import extent, fits
from tensorlab.layout.dtype import dtype
from tensorlab.layout.overlap import overlap
from tensorlab.layout.record import Answer, Layout
from tensorlab.testing.record import Laid
from tensorlab.testing.source import Seeded
from tensorlab.testing.together import lay_together


def contiguous(*shape: int) -> Laid:
    strides = tuple(4 * (shape[1] if axis == 0 and len(shape) == 2 else 1) for axis in range(len(shape)))
    return Laid(layout=Layout(shape, strides, itemsize=4), dtype=dtype("int32"), nbytes=100, classes=frozenset())


@pytest.mark.parametrize("shapes", [((3, 2), (3, 2)), ((4,), (2, 2)), ((5,), (5,))])
def test_both_fit_in_one_storage_and_most_share_bytes(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    shared = 0
    for seed in range(200):
        found = lay_together(Seeded(seed), [contiguous(*shape) for shape in shapes], (0, 1))
        assert found is not None
        one, two = found
        assert one.nbytes == two.nbytes
        assert fits(one.layout, one.nbytes)
        assert fits(two.layout, two.nbytes)
        assert extent(two.layout).stop < two.nbytes
        shared += overlap(one.layout, two.layout).answer is Answer.YES
    assert shared > 100


def test_an_argument_that_is_written_shares_nothing_with_itself() -> None:
    for seed in range(200):
        found = lay_together(Seeded(seed), [contiguous(3, 2), contiguous(3, 2)], (0, 1), frozenset({0}))
        assert found is None or not found[0].classes & {"stride 0", "overlapping"}


def test_without_elements_nothing_is_shared() -> None:
    assert lay_together(Seeded(0), [contiguous(0), contiguous(0)], (0, 1)) is None


def test_the_simplest_choice_is_the_same_argument_twice() -> None:
    class Smallest:
        def integer(self, low: int, high: int) -> int:
            return min(low, high)

    found = lay_together(Smallest(), [contiguous(3), contiguous(3)], (0, 1))
    assert found is not None
    assert found[0] == found[1]
