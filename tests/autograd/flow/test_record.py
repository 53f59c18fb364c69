from __future__ import annotations

import pytest

from tensorlab.autograd.flow.record import GradientFlow, GradientProduct, GradientStat, Limits
from tensorlab.errors import LayoutError

STAT = GradientStat(
    name="a.weight", kind="parameter", shape=(2,), dtype="float32", norm=1.0, largest=1.0, zeros=0.0, nonfinite=2,
    marks=("nonfinite",), module="a", line="f.py:3"
)  # fmt: skip


@pytest.mark.parametrize("wrong", [{"vanishing": 0.0}, {"exploding": -1.0}, {"jump": 1.0}, {"jump": float("nan")}])
def test_a_limit_that_cannot_be(wrong: dict[str, float]) -> None:
    with pytest.raises(LayoutError, match="is a number above"):
        Limits(**wrong)


def test_a_line_tells_what_is_not_finite_and_where() -> None:
    assert str(STAT) == "a.weight float32 (2,) norm 1 max 1 zeros 0% 2 NaN or Inf a f.py:3"


def test_a_flow_is_asked_by_name() -> None:
    flow = GradientFlow(of="float32 ()", params=(STAT,))
    assert flow["a.weight"] is STAT
    assert list(flow) == [STAT] == list(flow.marked)
    assert flow.summary == "gradients of float32 (): 0 nodes, 1 parameter; 1 nonfinite"
    with pytest.raises(KeyError, match="nobody"):
        flow["nobody"]


def test_the_sides_of_a_product() -> None:
    product = GradientProduct(
        kind="vjp", function="f", point=(((3,), "float32"), ((), "float32")), result=(((2, 2), "float32"),),
        vector=(((2, 2), "float32"),), product=(((3,), "float32"), ((), "float32")),
    )  # fmt: skip
    assert product.operator == "a vector like the value, times J (2\N{MULTIPLICATION SIGN}2) x (3 + 1)"
