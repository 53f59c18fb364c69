import torch

from tensorlab.testing.aten.calling import Prepared, Tensors, outputs, prepared, same_bytes
from tensorlab.testing.aten.database import operators
from tensorlab.testing.aten.record import Plan


def test_a_sample_gives_the_call_its_in_place_form_and_out() -> None:
    (op,) = operators(["sinh"])
    sample = next(iter(op.sample_inputs("cpu", torch.float32)))
    calls = list(prepared(op, sample))
    assert [call.variant for call in calls] == ["call", "in-place", "out"]
    assert [call.names for call in calls] == [["input"], ["input"], ["input", "out"]]


def test_tensors_of_a_plan_lie_as_it_says_and_the_others_in_c_order() -> None:
    call = Prepared(None, "call", torch.add, [[torch.ones(2, 3), torch.ones(2, 3).mT.contiguous().mT], {}])
    ready = Tensors(call, Plan((0,), ("transposed",)))
    assert ready.tensors[0].stride() == (1, 2)
    assert ready.tensors[1].stride() == (3, 1)
    assert call(ready.tensors).tolist() == [[2.0] * 3] * 2
    ready.tensors[1].zero_()
    assert [ready.written(0), ready.written(1)] == [(False, False), (True, False)]


def test_random_numbers_begin_at_the_same_seed() -> None:
    call = Prepared(None, "call", torch.rand_like, [[torch.ones(3)], {}])
    assert torch.equal(call(call.values), call(call.values))


def test_bytes_tell_what_values_do_not() -> None:
    nan = torch.tensor([float("nan")])
    assert same_bytes(nan, nan.clone())
    assert not same_bytes(torch.tensor([0.0]), torch.tensor([-0.0]))
    assert not same_bytes(torch.ones(2), torch.ones(3))


def test_out_is_what_the_call_gives() -> None:
    found = outputs(Prepared(None, "call", torch.aminmax, [[torch.ones(2, 3)], {"dim": 1}]))
    assert [item.shape for item in found] == [(2,), (2,)]
    assert outputs(Prepared(None, "call", torch.Tensor.item, [[torch.ones(1)], {}])) is None
    assert outputs(Prepared(None, "call", torch.Tensor.view, [[torch.ones(4), 3], {}])) is None
