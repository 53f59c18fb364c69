import pytest
import torch

from tensorlab.layout.dtype import dtype
from tensorlab.testing.aten.holding import Held
from tensorlab.testing.aten.relaying import relayouts


@pytest.mark.parametrize("name", ["transposed", "gaps", "neg", "offset"])
def test_a_write_within_and_one_beside_are_told_apart(name: str) -> None:
    held = Held(relayouts((2, 3), dtype("float32"))[name], torch.ones(2, 3))
    assert held.written() == (False, False)
    held.thing[1, 2] = 5.0
    assert held.written() == (True, False)


def test_a_write_before_the_first_element_is_seen() -> None:
    held = Held(relayouts((3,), dtype("int64"))["gaps"], torch.tensor([1, 2, 3]))
    held.thing.as_strided((1,), (1,), held.thing.storage_offset() - 1).zero_()
    assert held.written() == (False, True)


def test_what_lies_beside_the_elements_is_poison() -> None:
    held = Held(relayouts((2,), dtype("float32"))["gaps"], torch.tensor([1.0, 2.0]))
    first, gap, second = held.thing.as_strided((3,), (1,), held.thing.storage_offset()).tolist()
    assert (first, second) == (1.0, 2.0)
    assert gap != gap  # noqa: PLR0124 - NaN
