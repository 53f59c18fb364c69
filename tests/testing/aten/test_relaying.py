from itertools import product

import pytest
import torch

from tensorlab.layout.dtype import dtype
from tensorlab.testing.aten.holding import Held
from tensorlab.testing.aten.planning import LEAST
from tensorlab.testing.aten.relaying import NAMES, relayouts

SHAPES = [shape for axes in range(5) for shape in product((0, 1, 2, 3), repeat=axes)]


@pytest.mark.parametrize("kind", ["float32", "int64", "bool", "complex64", "bfloat16"])
def test_every_shape_has_enough_layouts_and_each_holds_its_elements(kind: str) -> None:
    for shape in SHAPES:
        found = relayouts(shape, dtype(kind))
        assert len(found) >= LEAST, shape
        assert len(set(found.values())) == len(found)
        assert set(found) <= set(NAMES)
        value = torch.randn(shape).to(getattr(torch, kind))
        for laid in found.values():
            thing = Held(laid, value).thing
            assert torch.equal(thing, value)
            assert thing.shape == shape


def test_none_of_them_is_a_new_tensor_in_c_order() -> None:
    for shape in SHAPES:
        for name, laid in relayouts(shape, dtype("float32")).items():
            thing = Held(laid, torch.ones(shape)).thing
            plain = torch.ones(shape)
            differs = thing.stride() != plain.stride() or laid.layout.offset > 0 or thing.is_neg()
            assert differs or 0 in shape, (shape, name)


@pytest.mark.parametrize(
    ("name", "strides"),
    [("transposed", (12, 4, 1, 3)), ("channels_last", (12, 1, 6, 2)), ("reversed", (1, 1, 2, 4))],
)
def test_orders_of_an_image(name: str, strides: tuple[int, ...]) -> None:
    laid = relayouts((1, 2, 2, 3) if name != "transposed" else (2, 1, 3, 4), dtype("float32"))[name]
    if name == "transposed":
        strides = (12, 12, 1, 3)
    assert tuple(stride // 4 for stride in laid.layout.strides) == strides
