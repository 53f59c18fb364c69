from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.aliases import shares, shows
from tensorlab.testing.placing import place
from tensorlab.testing.record import Laid

if TYPE_CHECKING:
    from tensorlab.testing.placing import Placed


def placed(library: str, *, strides: tuple[int, int] = (12, 4)) -> Placed:
    layout = Layout((2, 3), strides, offset=8, itemsize=4)
    laid = Laid(layout=layout, dtype=dtype("float32"), nbytes=80, classes=frozenset(), library=library)  # type: ignore[arg-type]  # one of two
    return place(laid, [[1, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize("library", ["torch", "numpy"])
def test_a_view_shares_and_a_copy_does_not(library: str) -> None:
    argument = placed(library)
    assert shares(argument.thing[1:], argument)
    assert shares([1, {"a": argument.thing}], argument)
    assert not shares(argument.thing + 1, argument)
    assert not shares("word", argument)


def test_the_gaps_of_an_argument_are_not_its_own() -> None:
    argument = placed("torch", strides=(32, 8))
    gaps = argument.thing.as_strided((2, 2), (8, 2), 3)
    assert not shares(gaps, argument)
    assert shares(argument.thing.as_strided((1,), (1,), 4), argument)


def test_libraries_share_with_each_other() -> None:
    argument = placed("torch")
    assert shares(argument.thing.numpy()[::-1], argument)


def test_a_meta_tensor_shares_nothing() -> None:
    assert not shares(torch.empty(2, device="meta"), placed("torch"))


def test_only_elements_show() -> None:
    assert shows(np.ones(1))
    assert not shows([np.ones(0), 1.0, None])
