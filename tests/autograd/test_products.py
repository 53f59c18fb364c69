from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.autograd.functional import hessian, jacobian

from tensorlab.autograd.products import product
from tensorlab.errors import TensorlabError

X = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64)


def curve(x: torch.Tensor) -> torch.Tensor:
    return torch.stack([x.prod(), x.sin().sum()])


def test_products_are_those_of_the_whole_matrix() -> None:
    whole = jacobian(curve, X)  # type: ignore[no-untyped-call]  # torch has no types here
    along, across = torch.randn(3, dtype=torch.float64), torch.randn(2, dtype=torch.float64)
    assert torch.allclose(product(curve, (X,), "jvp", (along,)).value, whole @ along)  # type: ignore[arg-type]  # tensors
    assert torch.allclose(product(curve, (X,), "vjp", (across,)).value, across @ whole)  # type: ignore[arg-type]  # tensors
    bent = product(lambda x: curve(x).prod(), (X,), "hvp", (along,))
    assert torch.allclose(bent.value, hessian(lambda x: curve(x).prod(), X) @ along)  # type: ignore[arg-type, no-untyped-call]  # torch has no types here
    assert bent.notes == ("forward over reverse: one forward pass and one backward pass, with the vector along",)


def test_parameters_in_a_dict() -> None:
    model = torch.nn.Linear(3, 2)
    point = {name: p.detach() for name, p in model.named_parameters()}
    found = product(lambda p: torch.func.functional_call(model, p, (torch.ones(4, 3),)).sum(), (point,), "vjp")
    assert [shape for shape, _ in found.product] == [(2, 3), (2,)]
    assert float(found.value["bias"][0]) == 4.0  # type: ignore[index]  # as the point
    assert [p.grad for p in model.parameters()] == [None, None]


def test_an_operator_without_a_forward_derivative() -> None:
    class Square(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x: torch.Tensor) -> torch.Tensor:
            return x * x

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:  # noqa: ARG004 - torch's
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:
            return 2 * ctx.saved_tensors[0] * grad  # type: ignore[no-any-return]  # as torch takes it

    found = product(lambda x: Square.apply(x).sum(), (X,), "hvp")  # type: ignore[no-untyped-call]  # torch has no types here
    assert torch.allclose(found.value, torch.full((3,), 2.0, dtype=torch.float64))  # type: ignore[arg-type]  # a tensor
    assert found.notes[0] == "reverse over reverse: an operator has no forward derivative"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((curve, (X,), "jacobian"), "a product is one of jvp, vjp, hvp"),
        ((curve, (3,), "jvp"), "a point of a product holds tensors; got an object of type int"),
        ((curve, (), "jvp"), "got nothing"),
        ((curve, (X,), "vjp", (X,)), "has the shapes of the value"),
        ((curve, (X,), "hvp"), "the hvp of curve cannot be computed"),
        ((lambda x: x.item(), (X,), "jvp"), "cannot be computed"),
    ],
)
def test_what_cannot_be_computed(arguments: Any, said: str) -> None:
    with pytest.raises(TensorlabError, match=said):
        product(*arguments)
