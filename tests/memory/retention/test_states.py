from __future__ import annotations

import pytest
import torch

from tensorlab.memory.retention.states import Unpredictable, state_of


class Hidden(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("kept", torch.zeros(1))
        self.register_buffer("hidden", torch.zeros(1), persistent=False)
        self.one = self.other = torch.nn.Linear(1, 1)


class Own(torch.nn.Linear):
    def get_extra_state(self) -> object:
        return 3


@pytest.mark.parametrize("module", [torch.nn.LSTM(2, 3, 2), torch.nn.BatchNorm1d(3), Hidden(), torch.nn.ReLU()])
def test_a_modules_state_is_its_own(module: torch.nn.Module) -> None:
    state, real = state_of(module), module.state_dict()
    assert isinstance(state, dict)
    assert list(state) == list(real)
    assert all(torch.equal(state[key], real[key]) and type(state[key]) is type(real[key]) for key in real)
    assert vars(state)["_metadata"] == vars(real)["_metadata"]


def test_an_optimizers_state_is_its_own() -> None:
    net = torch.nn.Linear(2, 3)
    groups: list[dict[str, object]] = [{"params": [net.bias]}, {"params": [net.weight], "lr": 0.5}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    state, real = state_of(optimizer), optimizer.state_dict()
    assert isinstance(state, dict)
    assert state["param_groups"] == real["param_groups"]
    assert state["state"].keys() == real["state"].keys()


def test_code_of_others_is_not_run() -> None:
    with pytest.raises(Unpredictable, match="Own has a get_extra_state of its own"):
        state_of(Own(1, 1))
    hooked = torch.nn.Linear(1, 1)
    hooked.register_state_dict_post_hook(lambda *_: None)  # type: ignore[no-untyped-call]  # torch leaves it untyped
    with pytest.raises(Unpredictable, match="a hook of Linear may change its state"):
        state_of(hooked)


def test_modules_without_end_are_refused() -> None:
    ring = torch.nn.Sequential(torch.nn.ReLU())
    ring.append(ring)
    with pytest.raises(Unpredictable, match="modules are nested too deeply"):
        state_of(ring)


def test_anything_else_has_no_state() -> None:
    assert state_of({}) is None
