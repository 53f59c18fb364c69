from itertools import count

import torch
from torch import nn

from tensorlab.models.layer_times import Pace
from tensorlab.models.profiling.capture import capture
from tensorlab.models.profiling.keeping import Given
from tensorlab.models.profiling.passing import stepping, task_of
from tensorlab.models.profiling.rounds import time_rows

THREE = Pace(0.0, 3, 3, 0)


def test_each_row_has_its_stretches_in_each_round() -> None:
    module = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3))
    task = stepping(task_of(module, Given((torch.zeros(2, 3),), {}), train=True))
    found = capture(task.fresh(), torch.device("cpu"))
    ticks = count()
    timed = time_rows(task, found, lambda: float(next(ticks)), THREE)
    assert len(timed.rows) == len(found.rows)
    assert all(len(row) == 3 and min(row) >= 1.0 for row in timed.rows)
    assert len(timed.whole) == 3
    assert timed.strayed == 0


class Wandering(nn.Module):
    """Calls a part every other time."""

    def __init__(self) -> None:
        super().__init__()
        self.part, self.calls = nn.ReLU(), 0

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        result: torch.Tensor = self.part(given) if self.calls % 3 else given
        return result


def test_rounds_that_take_another_way_are_counted() -> None:
    task = task_of(Wandering(), Given((torch.zeros(2),), {}), train=False)
    found = capture(task.fresh(), torch.device("cpu"))
    assert 0 < time_rows(task, found, lambda: 0.0, THREE).strayed < 3


def test_rounds_go_on_until_the_time_is_over() -> None:
    task = task_of(nn.ReLU(), Given((torch.zeros(2),), {}), train=False)
    found = capture(task.fresh(), torch.device("cpu"))
    ticks = count()
    assert len(time_rows(task, found, lambda: float(next(ticks)), Pace(1e9, 2, 4, 0)).whole) == 4
