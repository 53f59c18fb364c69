from __future__ import annotations

import pytest
import torch

import tensorlab


def test_a_function_is_asked_for_a_product() -> None:
    with pytest.raises(tensorlab.TensorlabError, match="asked for as a product"):
        tensorlab.gradients(torch.sin)
    with pytest.raises(tensorlab.TensorlabError, match="needs a function, a point and its kind"):
        tensorlab.gradients(torch.sin, at=torch.ones(2))  # type: ignore[call-overload]  # that is what is tested
    found = tensorlab.gradients(torch.sin, at=torch.zeros(2), product="jvp", vector=torch.tensor([1.0, 2.0]))
    assert torch.equal(found.value, torch.tensor([1.0, 2.0]))  # type: ignore[arg-type]  # a tensor


def test_both_results_are_drawn() -> None:
    x = torch.ones(2, requires_grad=True)
    assert "steps of backward from the loss" in str(tensorlab.show(tensorlab.gradients(x.exp().sum())))
    product = tensorlab.gradients(torch.sin, at=torch.zeros(2), product="vjp")
    assert "norm of the product: 1.41" in str(tensorlab.show(product))
