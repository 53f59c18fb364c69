from __future__ import annotations

import torch

from tensorlab.dispatch.operands import Operand, map_of
from tensorlab.dispatch.stretching import stretched, written_part


def operand(name: str, thing: torch.Tensor) -> Operand:
    memory = map_of(thing)
    assert memory is not None
    return Operand(name, thing, memory)


X, Y = torch.zeros(3, 4), torch.zeros(3, 1)


def test_an_argument_that_is_repeated_has_a_stride_of_zero() -> None:
    operands = [operand("x", X), operand("y", Y)]
    found = dict(stretched("add", operands, [operand("z", X + Y).memory]))
    assert found["y"].layout.strides == (4, 0)
    assert found["x"].layout == operands[0].memory.layout


def test_nothing_is_told_where_nothing_is_repeated() -> None:
    assert stretched("add", [operand("x", X), operand("x", X)], [operand("z", X).memory]) == ()
    assert stretched("matmul", [operand("x", X), operand("y", Y)], [operand("z", X).memory]) == ()
    assert stretched("add", [operand("x", X)], []) == ()
    assert stretched("add", [operand("x", X), operand("y", torch.zeros(5))], [operand("z", X).memory]) == ()


def test_the_part_that_brackets_write() -> None:
    part = written_part("setitem", (X, (slice(1, None), 2), 0), operand("x", X))
    assert part is not None
    assert (part.layout.shape, part.layout.offset) == ((2,), 24)
    assert written_part("setitem", (X, [0, 1], 0), operand("x", X)) is None
    assert written_part("add_", (X, 1), operand("x", X)) is None
    assert written_part("setitem", (X, 9, 0), operand("x", X)) is None
