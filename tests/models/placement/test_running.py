from __future__ import annotations

import pytest
import torch
from torch import nn

from tensorlab.errors import UnsupportedError
from tensorlab.models.layer_times import Pace
from tensorlab.models.layers import ALEXNET
from tensorlab.models.network import seeded_network
from tensorlab.models.placement.running import run_placed

CPU, META = torch.device("cpu"), torch.device("meta")
PACE = Pace(0, 2, 2, 1)


class Sum(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(2, 2), nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        one, two = self.one(x), self.two(x)
        if one.device != two.device:
            raise RuntimeError("Expected all tensors to be on the same device")
        return torch.add(one, two)


def test_alexnet_in_two_parts() -> None:
    network = seeded_network(ALEXNET, 0)
    images = torch.ones(1, 3, 224, 224)
    found = run_placed(network, images, {"features": CPU}, META, PACE)
    assert [(step.name, step.source, step.device, step.nbytes) for step in found.steps] == [
        ("features", "", "cpu", 9_878_784),
        ("avgpool", "cpu", "meta", 36_864),
        ("avgpool", "", "meta", 0),
        ("flatten", "", "meta", 0),
        ("classifier", "", "meta", 234_524_576),
    ]
    assert dict(found.held) == {"cpu": 9_878_784, "meta": 234_524_576}
    assert {len(step.seconds) for step in found.steps} == {2}
    assert (len(found.whole), len(found.alone), found.error) == (2, 2, None)
    assert (found.handed, len(found.handovers)) == (36_864, 1)
    assert {one.device.type for one in network.parameters()} == {"cpu"}, "a copy was moved"


def test_on_one_device_nothing_is_handed_over_and_the_result_is_the_same() -> None:
    net = nn.Sequential(nn.Linear(4, 3), nn.Dropout(), nn.Linear(3, 2)).train()
    found = run_placed(net, torch.ones(2, 4), {"2": CPU}, CPU, PACE)
    assert (found.handovers, found.error, found.agrees) == ((), 0.0, True)
    assert net.training
    assert str(found) == "Sequential: nothing is handed over, all parts lie on cpu"


def test_what_meets_outside_a_layer_must_lie_on_one_device() -> None:
    with pytest.raises(UnsupportedError, match="Sum raises with its layers so placed") as caught:
        run_placed(Sum(), torch.ones(2, 2), {"one": CPU}, META, PACE)
    assert "must lie on one device" in caught.value.hint


def test_what_cannot_be_copied_is_not_moved() -> None:
    net = nn.Linear(2, 2)
    object.__setattr__(net, "odd", (number for number in range(3)))
    with pytest.raises(UnsupportedError, match="Linear cannot be copied, and it is not moved itself"):
        run_placed(net, torch.ones(2, 2), {}, CPU, PACE)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_a_device() -> None:
    found = run_placed(
        seeded_network(ALEXNET, 0), torch.randn(2, 3, 224, 224), {"classifier": torch.device("cuda:0")}, CPU, PACE
    )
    assert [(step.name, step.nbytes) for step in found.handovers] == [("classifier", 73_728), ("result", 8_000)]
    assert found.agrees
