from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from tensorlab.layout.address import fits
from tensorlab.layout.dtype import dtype
from tensorlab.testing.laying import classes_for, classes_of, lay_out
from tensorlab.testing.source import Seeded

if TYPE_CHECKING:
    from tensorlab.testing.classing import Library

SHAPES = [shape for ndim in range(4) for shape in product((0, 1, 2, 3), repeat=ndim)]
IMAGES = [*product((0, 1, 2), repeat=4), (2, 3, 1, 2, 2), (1, 2, 1, 1, 3), (2, 2, 1, 1, 1), (33, 33), (17,)]


class Smallest:
    """Chooses the simplest, always."""

    def integer(self, low: int, high: int) -> int:
        assert low <= high
        return low


@pytest.mark.parametrize("library", ["torch", "numpy"])
@pytest.mark.parametrize("name", ["float32", "complex64", "bool", "complex128"])
def test_what_a_shape_can_be_it_is_laid_out_as(library: Library, name: str) -> None:
    kind = dtype(name)
    for shape in SHAPES + IMAGES:
        for wanted in classes_for(shape, kind, library):
            for seed in range(4):
                laid = lay_out(Seeded(seed), shape, kind, wanted, library=library)
                assert laid is not None
                assert wanted in laid.classes, (shape, wanted, laid)
                assert laid.classes == classes_of(laid)
                assert laid.layout.shape == shape
                assert fits(laid.layout, laid.nbytes - 1), (shape, wanted, laid)
                assert laid.nbytes < 2**16
                assert library == "numpy" or min(laid.layout.strides, default=0) >= 0


def test_the_smallest_choices_give_the_simplest_layout() -> None:
    kind = dtype("float32")
    strides = {
        wanted: laid.layout.strides
        for wanted in classes_for((2, 2), kind, "numpy")
        if (laid := lay_out(Smallest(), (2, 2), kind, wanted, library="numpy"))
    }
    assert strides["contiguous"] == (8, 4)
    assert strides["permuted"] == (4, 8)
    assert strides["gaps"] == (12, 4)
    assert strides["stride 0"] == (0, 4)
    assert strides["overlapping"] == (4, 4)
    assert strides["negative stride"] == (-8, 4)


def test_the_storage_goes_on_behind_the_elements_and_mostly_before_them() -> None:
    laid = [lay_out(Seeded(seed), (2, 3), dtype("float32"), "gaps") for seed in range(200)]
    offsets = [one.layout.offset for one in laid if one is not None]
    assert len(offsets) == 200
    assert 20 < offsets.count(0) < 80
    contiguous = lay_out(Smallest(), (3,), dtype("float32"), "contiguous")
    assert contiguous is not None
    assert (contiguous.layout.offset, contiguous.nbytes) == (0, 16)


def test_bits_and_written_dtypes_come_on_top_of_any_layout() -> None:
    for name, wanted in [("complex64", "conj"), ("float32", "neg"), ("float32", "dtype view")]:
        laid = [lay_out(Seeded(seed), (2, 1, 3), dtype(name), wanted) for seed in range(300)]  # type: ignore[arg-type]  # a name of a class
        classes = {other for one in laid if one is not None for other in one.classes}
        assert {"stride 0", "gaps", "odd ones", "overlapping", "offset", wanted} <= classes


def test_what_cannot_be_is_none() -> None:
    kind = dtype("float32")
    assert lay_out(Seeded(0), (3,), kind, "negative stride") is None
    assert lay_out(Seeded(0), (3,), kind, "permuted") is None
    assert lay_out(Seeded(0), (), kind, "gaps") is None
    assert lay_out(Seeded(0), (3,), kind, "conj") is None
    assert lay_out(Seeded(0), (3,), dtype("int64"), "neg") is None


def test_what_shares_bytes_or_walks_backwards_comes_along_only_where_it_may() -> None:
    guests = {"stride 0", "overlapping", "negative stride"}
    for wanted in classes_for((2, 1, 3), dtype("float32"), "numpy"):
        free = [lay_out(Seeded(seed), (2, 1, 3), dtype("float32"), wanted, library="numpy") for seed in range(60)]
        kept = [
            lay_out(Seeded(seed), (2, 1, 3), dtype("float32"), wanted, library="numpy", within=frozenset())
            for seed in range(60)
        ]
        assert {name for laid in kept if laid for name in laid.classes} & guests <= {wanted}
        if wanted in {"gaps", "offset", "dtype view", "odd ones"}:
            assert {name for laid in free if laid for name in laid.classes} & guests


@pytest.mark.parametrize("shape", [(1,), (1, 1), (3, 1), (1, 3), (0, 3), (2, 3)])
def test_of_a_field_of_records_only_strides_that_address_something_are_out_of_step(shape: tuple[int, ...]) -> None:
    kind = dtype("float32")
    uneven = 0
    for name in classes_for(shape, kind, "numpy"):
        for seed in range(100):
            laid = lay_out(Seeded(seed), shape, kind, name, library="numpy")
            assert laid is not None
            odd = [n for n, stride in zip(shape, laid.layout.strides, strict=True) if stride % 4]
            assert not odd or (1 not in odd and 0 not in shape)
            uneven += bool(odd)
    assert (uneven > 0) == (max(shape) > 1 and 0 not in shape)
