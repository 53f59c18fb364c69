from __future__ import annotations

import pytest
import torch
from torch import nn

import tensorlab
from tensorlab.api.placements import place_layers, placed_figure, placed_target, places_of
from tensorlab.errors import ExpressionError, LayoutError, UnavailableError, UnknownNameError
from tensorlab.models.placement.record import Placed

NET = nn.Sequential(nn.Linear(4, 3), nn.ReLU())


@pytest.mark.parametrize("words", ["features", "=cpu", "features=", "a=cpu,a=cpu"])
def test_places_are_layers_and_devices(words: str) -> None:
    assert places_of(" a = cpu ,b.0=cuda:1,") == {"a": "cpu", "b.0": "cuda:1"}
    with pytest.raises(ExpressionError, match="a place is LAYER=DEVICE, each layer once"):
        places_of(words)


def test_names_and_devices_that_are_not_there() -> None:
    with pytest.raises(UnknownNameError, match="no layer is called '7'"):
        place_layers(NET, torch.ones(2, 4), {"7": "cpu"}, seconds=0)
    with pytest.raises(UnknownNameError, match="no device is called 'toaster'"):
        place_layers(NET, torch.ones(2, 4), {"0": "toaster"}, seconds=0)
    with pytest.raises(UnavailableError, match="cuda"):
        place_layers(NET, torch.ones(2, 4), {"0": "cuda:63"}, seconds=0)
    with pytest.raises(LayoutError, match="seconds are a number"):
        place_layers(NET, torch.ones(2, 4), {}, seconds=float("nan"))


def test_a_target_and_its_picture() -> None:
    figure = placed_target("alexnet", "classifier=cpu", batch=1, threads=1, seconds=0)
    placed = figure.data
    assert isinstance(placed, Placed)
    assert placed.module == "alexnet"
    assert tensorlab.show(placed).text() == placed_figure(placed).text() == figure.text()
