from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.testing.strategies.asking import as_classes, as_dtype, as_dtypes, as_shape, make_wish
from tensorlab.testing.strategies.record import Bounds


@pytest.mark.parametrize("kind", ["float32", torch.float32, np.dtype("float32"), np.float32, dtype("float32")])
def test_a_dtype_may_be_written_in_many_ways(kind: object) -> None:
    assert as_dtype(kind, "torch") == as_dtype(kind, "numpy") == dtype("float32")


def test_numpy_has_no_bfloat16() -> None:
    with pytest.raises(UnsupportedError, match="numpy has no arrays of bfloat16"):
        as_dtype("bfloat16", "numpy")


def test_classes_come_in_the_order_of_the_table() -> None:
    assert as_classes(["gaps", "contiguous"]) == ("contiguous", "gaps")
    assert as_classes("gaps") == ("gaps",)


def test_shapes_and_dtypes_may_be_left_free() -> None:
    assert as_shape(None) is None
    assert as_shape(3) == (3,)
    assert len(as_dtypes(None, "torch")) > 10
    assert make_wish(None, None, None, Bounds()).shape is None
