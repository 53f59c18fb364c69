"""Shapes and dtypes of outputs, each different one once."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from tensorlab.autograd.internals import metadata_reader
from tensorlab.autograd.kinds import Kind
from tensorlab.autograd.outputs import Outputs


class Unknown:
    """A size without a value: it is hashed by nobody."""

    __hash__ = None  # type: ignore[assignment]  # as torch's own


class Meta(NamedTuple):
    """As torch describes one output."""

    dtype: torch.dtype
    shape: Any


def kind(metadata: Any) -> Kind:
    return Kind(0, (), metadata, lambda _: 0, is_leaf=False, is_function=False, hides=False, gives_one=False)


def test_equal_outputs_are_one() -> None:
    x = torch.ones(2, 3, requires_grad=True)
    nodes = [x.sin().grad_fn, x.exp().grad_fn, x.sum().grad_fn, x.unbind()[0].grad_fn]
    outputs = Outputs(4)
    for number, node in enumerate(nodes):
        outputs.read(kind(metadata_reader(node)), [number], [node])
    metas, column = outputs.columns()
    assert [metas[place] for place in column] == [
        (((2, 3), "float32"),),
        (((2, 3), "float32"),),
        (((), "float32"),),
        (((3,), "float32"), ((3,), "float32")),
    ]
    assert column[0] == column[1]


def test_sizes_without_a_value_are_no_shape() -> None:
    outputs = Outputs(2)
    outputs.read(kind(lambda node: (node,)), range(2), [Meta(torch.int8, (Unknown(), 2)), Meta(torch.int8, (2, 2))])
    metas, column = outputs.columns()
    assert [metas[place] for place in column] == [(((), "int8"),), (((2, 2), "int8"),)]


def test_what_a_saved_tensor_tells_is_not_asked_again() -> None:
    outputs = Outputs(2)
    outputs.know(0, torch.float32, (3,))
    outputs.tell([0, -1], [0, 0])
    asked = []

    def one(node: Any) -> Any:
        asked.append(node)
        return [torch.ones(2)]

    outputs.read(kind(one)._replace(gives_one=True), [0, 1], ["first", "second"])
    assert asked == ["second"]
    assert outputs.columns()[0][1:] == ((((3,), "float32"),), (((2,), "float32"),))


def test_a_node_that_may_give_several_is_asked() -> None:
    outputs = Outputs(1)
    outputs.know(0, torch.float32, (3,))
    outputs.tell([0], [0])
    outputs.read(kind(lambda _: [torch.ones(2), torch.ones(4)]), [0], ["only"])
    assert outputs.columns()[0][outputs.columns()[1][0]] == (((2,), "float32"), ((4,), "float32"))
