from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from PIL import Image

from tensorlab.errors import StoreError
from tensorlab.models.layers import ALEXNET
from tensorlab.models.network import seeded_network
from tensorlab.models.sheets import GAP, LINE, TILE, activation_sheet, filter_sheet, step_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return seeded_network(ALEXNET, 0, torch.device("cpu"), torch.float32)


def test_every_filter_has_a_tile_of_its_own_colours(network: nn.Module, tmp_path: Path) -> None:
    with Image.open(filter_sheet(network, tmp_path / "a.png")) as image:
        pixels = np.asarray(image.convert("RGB"))
    first = network.get_parameter("features.0.weight")[0].detach()
    want = ((first - first.min()) / (first.max() - first.min()) * 255).round().byte().permute(1, 2, 0).numpy()
    tile = pixels[GAP + LINE : GAP + LINE + TILE, GAP : GAP + TILE]
    assert np.array_equal(tile[3::6, 3::6], want)


def test_activations_are_drawn_and_no_hook_stays(network: nn.Module, tmp_path: Path) -> None:
    with torch.inference_mode():
        path = activation_sheet(network, torch.randn(1, 3, 224, 224), tmp_path / "a.png")
    with Image.open(path) as image:
        assert image.height > 1000
    assert not any(module._forward_hooks for module in network.modules())


def test_an_image_of_one_colour(tmp_path: Path) -> None:
    image = Image.new("RGB", (2000, 10), (9, 9, 9))
    small = Image.new("RGB", (224, 224))
    with Image.open(step_sheet(image, small, small, torch.zeros(3, 224, 224), tmp_path / "new" / "a.png")) as found:
        assert found.width > 3 * 224


def test_a_folder_that_is_a_file(network: nn.Module, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        filter_sheet(network, tmp_path / "a" / "b.png")
