from __future__ import annotations

from dataclasses import replace

import pytest

from tensorlab.errors import LayoutError
from tensorlab.layout.record import Layout
from tensorlab.layout.reports.numbers import report
from tensorlab.layout.reports.record import Contiguity

FOUND = report(Layout((2, 3), (12, 4), itemsize=4), 24)


def test_counts_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(LayoutError, match="6 positions cannot lie from None to 5"):
        replace(FOUND, lowest=None)
    with pytest.raises(LayoutError, match="a span of 6 with 6 touched has no 1 holes"):
        replace(FOUND, holes=1)


def test_the_sentence_of_an_object_without_strides_names_its_parts() -> None:
    part = Contiguity(type="torch.Tensor", layout=Layout((3,), (1,)), formats=("contiguous",))
    whole = Contiguity(type="torch.Tensor", layout=None, parts=(("values", part),), doubt="it has no strides")
    assert str(whole) == "it has no strides; values: contiguous"
