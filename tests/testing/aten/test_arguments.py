from collections import namedtuple
from typing import Any

import torch

from tensorlab.testing.aten.arguments import kept, mapped, named_tensors, with_tensors

Pair = namedtuple("Pair", "first second")  # noqa: PYI024 - as torch's results are


def test_tensors_are_named_by_the_way_to_them_and_put_back_in_their_order() -> None:
    nest: Any = {"x": torch.ones(1), "rest": [torch.ones(2), (3, {"deep": torch.ones(3)})]}
    assert [name for name, _ in named_tensors(nest)] == ["x", "rest[0]", "rest[1][1]['deep']"]
    put = with_tensors(nest, iter([torch.zeros(1), torch.zeros(2), torch.zeros(3)]))
    assert [float(tensor.sum()) for _, tensor in named_tensors(put)] == [0.0, 0.0, 0.0]
    assert put["rest"][1][0] == 3


def test_a_named_tuple_stays_one() -> None:
    assert mapped(Pair(1, 2), lambda leaf: leaf + 1) == Pair(2, 3)
    assert isinstance(mapped(Pair(1, 2), str), Pair)


def test_what_is_kept_is_not_changed_by_a_later_call() -> None:
    x = torch.ones(2)
    held = kept([x])
    x.zero_()
    assert held[0].tolist() == [1.0, 1.0]
