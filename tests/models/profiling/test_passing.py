import pytest
import torch
from torch import nn

from tensorlab.errors import UnsupportedError
from tensorlab.models.profiling.keeping import Given
from tensorlab.models.profiling.passing import run, stepping, task_of


def of(module: nn.Module, *args: object, train: bool = False) -> object:
    return run(stepping(task_of(module, Given(args, {}), train=train)))


def test_a_forward_pass_has_no_graph() -> None:
    found = of(nn.Linear(3, 2), torch.zeros(4, 3))
    assert isinstance(found, torch.Tensor)
    assert not found.requires_grad


def test_a_training_step_gives_gradients_and_leaves_the_weights() -> None:
    module = nn.Linear(3, 2)
    before = module.weight.detach().clone()
    of(module, torch.ones(4, 3), train=True)
    assert module.training
    assert module.weight.grad is not None
    assert torch.equal(module.weight, before)


class Several(nn.Module):
    def forward(self, given: torch.Tensor) -> dict[str, object]:
        return {"a": given * 2, "b": [given.sum(), given.to(torch.complex64)], "c": 3}


def test_every_output_is_in_the_loss() -> None:
    given = torch.ones(3, requires_grad=True)
    of(Several(), given, train=True)
    assert given.grad is not None
    assert torch.allclose(given.grad, torch.tensor(8 / 3 + 6 + 2 / 6))


def test_what_raises_is_one_sentence() -> None:
    with pytest.raises(UnsupportedError, match="Linear raises RuntimeError: mat1 and mat2 shapes"):
        of(nn.Linear(3, 2), torch.zeros(4, 5))


def test_devices_that_differ_are_named() -> None:
    with pytest.raises(UnsupportedError, match="its parameters are on meta, the inputs on cpu: move one of them"):
        of(nn.Linear(3, 2, device="meta"), torch.zeros(4, 3))


def test_what_cannot_be_trained_says_so() -> None:
    with pytest.raises(UnsupportedError, match="nothing that the module gives requires a gradient"):
        of(nn.ReLU(), torch.zeros(4), train=True)


def test_fresh_inputs_and_no_gradients() -> None:
    module, given = nn.Linear(3, 2), torch.ones(4, 3)
    task = task_of(module, Given((given,), {}), train=True)
    run(task)
    assert task.fresh().given.args[0] is not given
    assert module.weight.grad is None
