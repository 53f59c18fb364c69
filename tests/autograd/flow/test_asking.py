from __future__ import annotations

import torch

from tensorlab.autograd.flow.asking import Asked, asked_for, prepared, told
from tensorlab.autograd.flow.record import Limits


def test_names_are_those_of_the_leaf_or_the_place() -> None:
    x = torch.ones(3, requires_grad=True)
    y = x * 2
    current = prepared(Asked(y.sum(), {"x": x}, None, None, None, False, False, Limits()))
    assert [name for name, _ in asked_for([x, y, "x"], current)] == ["x", "wrt[1]", "x"]
    assert told([x, y.double()]) == "float32 (3,), float64 (3,)"
