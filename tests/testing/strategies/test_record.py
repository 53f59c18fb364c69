from __future__ import annotations

from typing import Any

import pytest

from tensorlab.errors import LayoutError
from tensorlab.testing.strategies.record import Bounds, ViewChain
from tensorlab.views.calls import Call


@pytest.mark.parametrize(
    "bounds", [{"min_axes": 3, "max_axes": 2}, {"min_side": -1}, {"max_side": 2.0}, {"max_axes": True}]
)
def test_bounds_are_ordered_integers(bounds: dict[str, Any]) -> None:
    with pytest.raises(LayoutError, match="are integers with 0 <= min <= max"):
        Bounds(**bounds)


def test_a_chain_reads_as_it_is_written() -> None:
    chain = ViewChain(None, (Call("swapaxes", (0, 1)), Call("getitem", (slice(1, None),))), None)
    assert str(chain) == "base.swapaxes(0, 1)[1:]"
