import torch

from tensorlab.testing.aten.calling import Prepared
from tensorlab.testing.aten.planning import LEAST, plans


def test_each_tensor_alone_and_all_together() -> None:
    call = Prepared(None, "call", torch.add, [[torch.ones(2, 2), torch.ones(())], {}])
    positions = [plan.positions for plan in plans(call, [False, False])]
    assert set(positions) == {(0,), (1,), (0, 1)}
    assert min(map(positions.count, positions)) >= LEAST


def test_what_is_written_has_no_neg_bit() -> None:
    values = torch.ones(2, 2)
    call = Prepared(None, "call", torch.neg, [[values], {}])
    assert any("neg" in plan.layouts for plan in plans(call, [False]))
    assert not any("neg" in plan.layouts for plan in plans(call, [True]))
    inplace = Prepared(None, "in-place", torch.Tensor.neg_, [[values], {}])
    assert not any("neg" in plan.layouts for plan in plans(inplace, [False]))


def test_out_alone_is_the_tensor_that_is_written() -> None:
    call = Prepared(None, "out", torch.neg, [[torch.ones(2)], {"out": torch.zeros(2)}])
    assert {plan.positions for plan in plans(call, [False, True])} == {(1,), (0, 1)}
