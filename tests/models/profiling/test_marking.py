from contextlib import suppress
from itertools import count

import pytest
import torch
from torch import nn

from tensorlab.models.profiling.gathering import LOSS
from tensorlab.models.profiling.marking import Marks


class Twice(nn.Module):
    """Calls one part twice, and adds in between."""

    def __init__(self) -> None:
        super().__init__()
        self.part = nn.Linear(3, 3)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.part(self.part(given) + 1)
        return result


class Catching(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.bad, self.good = nn.Linear(5, 5), nn.ReLU()

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        with suppress(RuntimeError):
            self.bad(given)
        result: torch.Tensor = self.good(given)
        return result


def hooks(module: nn.Module) -> int:
    return sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in module.modules())


def test_each_stretch_is_somebodys() -> None:
    module, ticks = Twice(), count()
    with Marks(module, lambda: float(next(ticks))) as marks:
        module(torch.zeros(2, 3))
    names = [None if visit is None else (visit.name, visit.call, visit.leaf) for visit in marks.visits]
    outer = ("Twice", 1, False)
    assert names == [None, outer, ("part", 1, True), outer, ("part", 2, True), outer, None]
    assert [spent.seconds for spent in marks.spent] == [1.0] * 7
    assert hooks(module) == 0


def test_a_backward_is_cut_by_the_stretches_that_made_its_nodes() -> None:
    module = Twice()
    with Marks(module, lambda: 0.0) as marks:
        made = module(torch.zeros(2, 3))
        marks.phase("forward")
        loss = made.sum()
        marks.follow(loss)
        marks.phase("backward")
        loss.backward()
        marks.phase("optimizer")
    places = [spent.place for spent in marks.spent]
    order = [stretch for phase, stretch in dict.fromkeys(places) if phase == "backward"]
    assert order == [LOSS, 4, 3, 2]
    assert places[-1] == ("optimizer", LOSS)


def test_hooks_are_gone_when_a_module_raises() -> None:
    module = nn.Sequential(nn.Linear(3, 3), nn.Linear(5, 5))
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"), Marks(module, lambda: 0.0):
        module(torch.zeros(2, 3))
    assert hooks(module) == 0


def test_a_part_whose_error_is_caught_ends_all_the_same() -> None:
    module = Catching()
    with Marks(module, lambda: 0.0) as marks:
        module(torch.zeros(2, 3))
    assert [visit.name for visit in marks.visits if visit is not None] == [
        "Catching",
        "bad",
        "Catching",
        "good",
        "Catching",
    ]


def test_the_users_own_hooks_stay() -> None:
    module, seen = nn.ReLU(), []
    handle = module.register_forward_hook(lambda *_: seen.append(1))
    with Marks(module, lambda: 0.0):
        module(torch.zeros(2))
    assert (hooks(module), seen) == (1, [1])
    handle.remove()
