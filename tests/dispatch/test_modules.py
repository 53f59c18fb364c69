"""Names of modules that run."""

from __future__ import annotations

import gc
from typing import Any

import torch
from torch import nn

from tensorlab.dispatch.modules import ModulePaths
from tensorlab.dispatch.tracer import Tracer


def test_names_are_those_of_named_modules() -> None:
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2)), nn.ReLU())
    paths = ModulePaths()
    paths.learn(model)
    assert {name: paths.of(module) for name, module in model.named_modules() if name} == {
        name: name for name, _ in model.named_modules() if name
    }


def test_a_part_that_comes_later_is_named_below_its_parent() -> None:
    model: Any = nn.Sequential(nn.Sequential())
    paths = ModulePaths()
    paths.learn(model)
    model[0].append(nn.ReLU())
    paths.learn(model[0])
    assert paths.of(model[0][0]) == "0.0"


def test_a_module_in_a_list_of_pythons_is_told_by_its_class() -> None:
    class Loose(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts: Any = (nn.Linear(2, 2),)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            made: torch.Tensor = self.parts[0](x)
            return made

    model = Loose()
    with Tracer() as tracer:
        model(torch.ones(1, 2))
        model(torch.ones(1, 2))
    assert {call.module for call in tracer.calls if "addmm" in call.name} == {"Linear"}


def test_modules_are_not_kept_alive() -> None:
    paths, model = ModulePaths(), nn.ReLU()
    paths.learn(model)
    gc.collect()
    del model
    assert paths.of(nn.ReLU()) is None
