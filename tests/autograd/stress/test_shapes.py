"""Deep graphs have the nodes that they are said to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tensorlab.autograd.capture import capture
from tensorlab.autograd.stress.record import SHAPES
from tensorlab.autograd.stress.shapes import build, longer

if TYPE_CHECKING:
    from tensorlab.autograd.stress.record import Shape

COUNTS: dict[Any, str] = {
    "chain": "nodes=11 edges=10",
    "residual": "nodes=21 edges=30",
    "two-branch": "nodes=12 edges=12",
    "skip": "nodes=21 edges=30",
    "double": "nodes=11 edges=20",
    "double-backward": "nodes=30 edges=38",
    "gru": "nodes=165 edges=259",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_ten_steps_of_each_shape(shape: Shape) -> None:
    deep = build(shape, 10)
    assert str(capture(deep.loss)) == COUNTS[shape]
    assert 1 < len(capture(deep.middle)) < len(capture(deep.loss))


def test_a_graph_is_made_longer() -> None:
    assert str(capture(longer(build("chain", 5).loss, 4))) == "nodes=10 edges=9"
