from __future__ import annotations

import warnings

import pytest
import torch

from tensorlab.layout.record import Layout
from tensorlab.memory.nested import nested_layouts
from tensorlab.memory.tensor import describe
from tensorlab.memory.tensor_parts import MOST_PARTS


def nested(*tensors: torch.Tensor) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that it is a prototype
        made: torch.Tensor = torch.nested.nested_tensor(list(tensors))
    return made


@pytest.mark.parametrize(
    "tensor",
    [
        nested(torch.zeros(2, 3), torch.zeros(4, 3)),
        nested(torch.zeros(2, 3), torch.zeros(4, 3)).transpose(1, 2),
        nested(torch.zeros(2, 3, dtype=torch.int16), torch.zeros(4, 1, dtype=torch.int16)),
        nested(torch.tensor(1.0), torch.tensor(2.0)),
        nested(torch.zeros(0), torch.zeros(5)),
    ],
)
def test_the_layouts_are_those_of_what_unbind_gives(tensor: torch.Tensor) -> None:
    found = nested_layouts(tensor)
    pieces = tensor.unbind()
    assert found.total == len(pieces)
    size = tensor.element_size()
    for piece, layout in zip(pieces, found.layouts, strict=True):
        strides = tuple(size * step for step in piece.stride())
        assert layout == Layout(tuple(piece.shape), strides, size * int(piece.storage_offset()), size)
    addresses = {part.storage.address for _, part in describe(tensor).parts if part.storage is not None}
    assert addresses == {tensor.untyped_storage().data_ptr()}


def test_of_many_only_the_first_are_described() -> None:
    memory = describe(nested(*(torch.zeros(n) for n in range(40))))
    assert [name for name, _ in memory.parts] == ["buffer", *(f"[{n}]" for n in range(MOST_PARTS))]
    assert memory.traits == {"tensors=40"}
    assert memory.doubts[1].text == "24 of its 40 tensors are not described"


def test_one_of_none_has_an_empty_buffer() -> None:
    assert nested_layouts(nested()) == (0, ())
    assert [(name, part.shape) for name, part in describe(nested()).parts] == [("buffer", (0,))]
