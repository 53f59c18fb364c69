from __future__ import annotations

import pytest

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DType, dtype
from tensorlab.layout.record import Layout
from tensorlab.views.parts import flip, part
from tensorlab.views.record import CopyNeeded, Flip, Part, Refused, View

COMPLEX = View(Layout((2, 3), (24, 8), 8, 8), dtype("complex64"))


def test_parts_undo_each_other() -> None:
    pairs = part(COMPLEX, Part("pairs"), "torch")
    assert isinstance(pairs, View)
    assert str(pairs) == "VIEW: shape (2, 3, 2), strides (6, 2, 1) and offset 2 in elements"
    assert part(pairs, Part("join"), "torch") == COMPLEX


@pytest.mark.parametrize("bits", [(False, False), (False, True), (True, False), (True, True)])
def test_the_imaginary_part_of_a_conjugate_is_negative(bits: tuple[bool, bool]) -> None:
    conj, neg = bits
    view = View(COMPLEX.layout, COMPLEX.dtype, conj, neg)
    real, imag = (part(view, Part(name), "torch") for name in ("real", "imag"))
    assert isinstance(real, View)
    assert isinstance(imag, View)
    assert (real.neg, imag.neg) == (neg, neg != conj)
    assert not real.conj


def test_a_bit_that_a_dtype_has_not_is_refused() -> None:
    plain = View(Layout((2,), (4,), itemsize=4), dtype("float32"))
    assert isinstance(flip(plain, Flip("conj"), "torch"), Refused)
    assert part(plain, Part("real"), "torch") == plain
    assert isinstance(part(plain, Part("imag"), "torch"), Refused)
    assert isinstance(part(plain, Part("imag"), "numpy"), CopyNeeded)


def test_what_numpy_has_not_and_what_is_not_known_is_told() -> None:
    with pytest.raises(UnsupportedError, match="NumPy has no conj bit"):
        flip(COMPLEX, Flip("conj"), "numpy")
    with pytest.raises(UnsupportedError, match="NumPy has no view of complex elements called 'pairs'"):
        part(COMPLEX, Part("pairs"), "numpy")
    long = View(Layout((2,), (32,), itemsize=32), DType("complex256", 32, "complex"))
    with pytest.raises(UnsupportedError, match="the parts of dtype complex256 are not known"):
        part(long, Part("real"), "numpy")
