from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tensorlab.errors import UnsupportedError
from tensorlab.memory.files.descr import of_descr
from tensorlab.memory.ndarray import element

KINDS: list[Any] = [
    *("<i1", ">i8", "<u4", "|b1", "<f2", ">f8", "<f4", "<c8", ">c16", "<U7", ">U2", "|S3", "|V9", "|S0", "<U0", "|O"),
    *("<M8[ns]", "<m8[s]", ">M8[25us]", "<M8", "<f16", "<c32"),
    [("a", "<i4"), ("b", ">f8")],
    [("a", "<i4", (2, 3)), ("n", [("x", "|u1"), ("y", "<f4")])],
    [("", "|V4"), ("a", "<i2")],
    [(("title", "name"), "<i4")],
]


@pytest.mark.parametrize("descr", KINDS, ids=str)
def test_names_are_those_of_the_adapter(descr: Any) -> None:
    dtype = np.lib.format.descr_to_dtype(descr)
    assert of_descr(descr) == element(dtype)


@pytest.mark.parametrize(
    "descr",
    [
        "",
        "<f3",
        "<x4",
        "f",
        3,
        None,
        ["<i4"],
        [("a",)],
        [(3, "<i4")],
        ("<i4",),
        [("a", "<i4", -1)],
        [("a", "<f4", 2.5)],
    ],
)
def test_what_numpy_has_none_of(descr: object) -> None:
    with pytest.raises(UnsupportedError, match="which NumPy has none of"):
        of_descr(descr)


def test_nesting_ends() -> None:
    descr: object = "<i4"
    for _ in range(30):
        descr = [("a", descr)]
    with pytest.raises(UnsupportedError, match="which NumPy has none of"):
        of_descr(descr)
