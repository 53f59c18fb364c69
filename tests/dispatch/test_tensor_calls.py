from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

from tensorlab.dispatch.changes import Witness
from tensorlab.dispatch.recorder import Recorder
from tensorlab.dispatch.tensor_calls import contents, stand_in, version, watched

if TYPE_CHECKING:
    from collections.abc import Callable

X = torch.arange(6.0).view(2, 3)


def texts(function: Callable[[torch.Tensor], object]) -> list[str]:
    recorder, x = Recorder(Witness(version, contents)), X.clone()
    recorder.give(x, "x")
    with watched(recorder):
        function(x)
    return [f"{step.text}  {step.verdict}" for step in recorder.explanation().steps]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: x.t().reshape(6), ["x.t()  VIEW", ".reshape(6)  COPY"]),
        (lambda x: torch.reshape(x, (6,)), ["torch.reshape(x, (6,))  VIEW"]),
        (lambda x: x.T.mT.real, ["x.T  VIEW", ".mT  VIEW", ".real  SAME"]),
        (lambda x: x[[0, 1]], ["x[[0, 1]]  COPY"]),
        (lambda x: x[x > 2], ["x > 2  NEW", "x[#1]  COPY"]),
        (lambda x: x[:, ::2], ["x[:, ::2]  VIEW"]),
        (lambda x: x.contiguous(), ["x.contiguous()  SAME"]),
        (lambda x: x.t().contiguous(), ["x.t()  VIEW", ".contiguous()  COPY"]),
        (lambda x: x.clone(), ["x.clone()  COPY"]),
        (lambda x: x.add_(1), ["x.add_(1)  WRITE"]),
        (lambda x: torch.add(x, 1, out=x), ["torch.add(x, 1, out=x)  WRITE"]),
        (lambda x: x.to(torch.float64), ["x.to(torch.float64)  COPY"]),
        (lambda x: x.to(torch.float32), ["x.to(torch.float32)  SAME"]),
        (lambda x: x.numpy(), ["x.numpy()  VIEW"]),
        (lambda x: x.tolist(), ["x.tolist()  COPY"]),
        (lambda x: x.unbind(1)[2].shape, ["x.unbind(1)  VIEW"]),
        (lambda x: 1 - x, ["x.rsub(1)  NEW"]),
        (lambda x: x @ x.t(), ["x.t()  VIEW", "x @ #1  NEW"]),
        (lambda x: torch.nn.functional.linear(x, x), ["F.linear(x, x)  NEW"]),
        (torch.linalg.norm, ["torch.linalg.norm(x)  NEW"]),
        (np.asarray, ["np.asarray(x)  VIEW"]),
        (lambda x: torch.nn.functional.relu(x, inplace=True), ["F.relu(x, inplace=True)  WRITE"]),
    ],
)
def test_calls_are_seen_as_they_were_written(function: Callable[[torch.Tensor], object], expected: list[str]) -> None:
    assert texts(function) == expected


def test_what_torch_calls_inside_a_call_is_not_seen() -> None:
    assert len(texts(lambda x: torch.einsum("ij->ji", x))) == 1
    assert len(texts(lambda x: torch.split(x, 1))) == 1
    assert len(texts(lambda x: torch.nn.functional.softmax(x, 0))) == 1


def test_random_numbers_go_on_as_if_nothing_had_been() -> None:
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    texts(torch.rand_like)
    assert torch.equal(torch.rand(2), expected)


def test_a_stand_in_lies_as_its_tensor_does() -> None:
    base = torch.arange(20.0)
    views = [base[3:15].view(3, 4).t()[1:], base[::2]]
    storages: dict[int, torch.UntypedStorage] = {}
    made = [stand_in(view, storages)[0] for view in views]
    for view, copy in zip(views, made, strict=True):
        assert (view.stride(), view.storage_offset()) == (copy.stride(), copy.storage_offset())
        assert torch.equal(view, copy)
        assert view.untyped_storage().nbytes() == copy.untyped_storage().nbytes()
    assert made[0].untyped_storage().data_ptr() == made[1].untyped_storage().data_ptr() != base.data_ptr()


def test_a_stand_in_keeps_what_a_tensor_is() -> None:
    weight = stand_in(nn.Parameter(torch.ones(2)), {})[0]
    assert isinstance(weight, nn.Parameter)
    assert weight.requires_grad
    bits = stand_in(torch.tensor([1 + 2j]).conj(), {})[0]
    assert bits.is_conj()
    assert bits.tolist() == [1 - 2j]
    assert stand_in(torch.eye(2).to_sparse(), {})[0].is_sparse


def test_what_is_large_stands_on_the_meta_device() -> None:
    made, is_whole = stand_in(torch.zeros(1).expand(10**9, 5), {})
    assert (made.device.type, made.stride(), is_whole) == ("meta", (0, 0), False)
    assert stand_in(torch.empty(10**6, 10**6, device="meta"), {})[1] is True
