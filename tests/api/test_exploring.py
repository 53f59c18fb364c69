from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from tensorlab.api.exploring import explorer_page, start_of_numbers, start_of_object
from tensorlab.errors import LayoutError, UnknownNameError, UnsupportedError
from tensorlab.layout.record import Layout

if TYPE_CHECKING:
    from tensorlab.errors import TensorlabError


def test_the_page_of_a_layout() -> None:
    page = explorer_page(Layout((2, 3), (4, 8), 8, itemsize=4), "int32", nbytes=40, name="two < three")
    assert "<title>Stride explorer: two &lt; three</title>" in page
    assert '"strides": [4, 8], "offset": 8, "dtype": "int32", "nbytes": 40, "rules": "torch"' in page


@pytest.mark.parametrize(
    ("thing", "layout", "nbytes", "rules"),
    [
        (torch.arange(24).reshape(4, 6)[1:3, ::2].t(), Layout((3, 2), (16, 48), 48, 8), 192, "torch"),
        (torch.zeros(3).expand(2, 3), Layout((2, 3), (0, 4), itemsize=4), 12, "torch"),
        (np.arange(6, dtype="int16")[::-1], Layout((6,), (-2,), 10, 2), 12, "numpy"),
        (b"abc", Layout((3,), (1,)), 3, "numpy"),
    ],
)
def test_an_object_is_a_start(thing: object, layout: Layout, nbytes: int, rules: str) -> None:
    start, found = start_of_object(thing)
    assert (start.layout, start.nbytes, found) == (layout, nbytes, rules)


@pytest.mark.parametrize("thing", [[1, 2], torch.eye(2).to_sparse(), range(3)])
def test_what_has_no_strides_is_refused(thing: object) -> None:
    with pytest.raises(UnsupportedError, match="has no strides to explore") as raised:
        start_of_object(thing)
    assert "make an array of it" in raised.value.hint


@pytest.mark.parametrize(
    ("thing", "words", "hint"),
    [
        (np.arange(6, dtype=">i4"), "the bytes of these int32 are in the other order", ".astype"),
        (np.arange(6, dtype=">f8").data, "the bytes of these float64 are in the other order", ".astype"),
        (torch.zeros(3, dtype=torch.complex64).conj(), "torch.Tensor has its conj bit set", ".resolve_conj()"),
        (torch.zeros(3, dtype=torch.complex64).conj().imag, "torch.Tensor has its neg bit set", ".resolve_neg()"),
        (np.zeros(2, dtype="S4"), "the explorer draws no elements of 'S4'", ".view('uint8')"),
    ],
)
def test_elements_that_would_be_drawn_as_others_are_refused(thing: object, words: str, hint: str) -> None:
    with pytest.raises(UnsupportedError, match=words) as raised:
        start_of_object(thing)
    assert hint in raised.value.hint


def test_numbers_are_elements() -> None:
    start, rules = start_of_numbers((3, 5), (7, 1), offset=2, storage=40, dtype="int64")
    assert (start.layout, start.nbytes, rules) == (Layout((3, 5), (56, 8), 16, 8), 320, "torch")
    assert start_of_numbers((4,), (-1,), offset=3)[1] == "numpy"


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"strides": (1,)}, LayoutError, "got 1 stride for 2 sizes"),
        ({"storage": 23}, LayoutError, "reaches outside its storage of 92 bytes"),
        ({"offset": -1}, LayoutError, "cannot be negative; got offset -1"),
        ({"dtype": "float33"}, UnknownNameError, "no dtype is called 'float33'"),
    ],
)
def test_bad_numbers_are_refused(arguments: dict[str, object], kind: type[TensorlabError], words: str) -> None:
    with pytest.raises(kind, match=words):
        start_of_numbers((4, 6), **arguments)  # type: ignore[arg-type]  # rows of different arguments
