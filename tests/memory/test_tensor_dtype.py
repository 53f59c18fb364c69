from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch

from tensorlab.layout.dtype import DTYPES
from tensorlab.memory.tensor_dtype import LANES, element, tensor_dtype

EVERY = sorted({getattr(torch, n) for n in dir(torch) if isinstance(getattr(torch, n), torch.dtype)}, key=str)
KINDS = {"uint": "uint", "quint": "uint", "int": "int", "qint": "int", "bits": "void"}
"""Of the dtypes that no other library has, by how their names begin."""


def tensor_of(kind: torch.dtype) -> torch.Tensor:
    if str(kind).startswith("torch.q"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch says that they will go
            return torch._empty_affine_quantized([2, 3], scale=1, zero_point=0, dtype=kind)
    return torch.zeros(2 * kind.itemsize, dtype=torch.uint8).view(kind)


@pytest.mark.parametrize("kind", EVERY, ids=str)
def test_every_dtype_there_is(kind: torch.dtype) -> None:
    found = element(tensor_of(kind))
    assert (found.name, found.itemsize) == (str(kind).removeprefix("torch."), kind.itemsize)
    if found.name in DTYPES:
        assert found == DTYPES[found.name]
    else:
        assert found.kind == KINDS[found.name.rstrip("0123456789x")]


def test_there_are_as_many_as_are_known() -> None:
    assert len(EVERY) >= 40


@pytest.mark.parametrize(
    ("name", "lanes"),
    [("quint4x2", 2), ("quint2x4", 4), ("bits1x8", 8), ("bits2x4", 4), ("bits4x2", 2), ("float4_e2m1fn_x2", 2)],
)
def test_values_that_share_a_byte_are_counted(name: str, lanes: int) -> None:
    assert element(tensor_of(getattr(torch, name))).lanes == lanes


def test_those_that_lie_about_their_strides_are_two() -> None:
    assert {str(kind): lanes for kind, lanes in LANES.items()} == {"torch.quint4x2": 2, "torch.quint2x4": 4}


def test_a_class_may_not_say_another_dtype() -> None:
    class Liar(torch.Tensor):
        dtype: Any = property(lambda _: torch.int8)

    assert tensor_dtype(torch.zeros(2).as_subclass(Liar)) is torch.float32
