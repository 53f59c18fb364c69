from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch
from support.ceilings import CEILINGS
from torch import nn

import tensorlab
from tensorlab.diagram.layer_profile import profile_scene
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from tensorlab.models.profiling.record import Profile


def net() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(144, 5))


@pytest.fixture(scope="module")
def trained() -> Profile:
    return tensorlab.profile(net(), torch.ones(2, 3, 8, 8), train=True, seconds=0, ceilings=CEILINGS)


def drawn(found: Profile) -> list[str]:
    return Figure(found, profile_scene(found)).text(width=80).replace("\N{MULTIPLICATION SIGN}", "x").splitlines()


def test_each_layer_says_what_it_gives(trained: Profile) -> None:
    lines = [line.split() for line in drawn(trained)]
    assert ["0", "Conv2d", "2x4x6x6", "144", "36", "6", "1", "new"] in lines
    assert ["1", "ReLU", "2x4x6x6", "144", "36", "6", "1", "in", "place"] in lines
    assert ["2", "Flatten", "2x144", "144", "1", "view"] in lines
    assert ["3", "Linear", "2x5", "5", "1", "new"] in lines


def test_every_phase_has_a_table_with_a_sum(trained: Profile) -> None:
    lines = drawn(trained)
    for title in ("forward", "backward", "step of the optimizer"):
        assert title in lines
    assert sum(line.startswith("together") for line in lines) == 2
    assert "loss: the mean of the squares of what it gives; optimizer: SGD, momentum 0.9" in lines


def test_a_forward_pass_has_one_table() -> None:
    found = tensorlab.profile(net(), torch.ones(2, 3, 8, 8), seconds=0, ceilings=CEILINGS)
    lines = drawn(found)
    assert lines[0].startswith("Sequential: forward pass on float32 (2, 3, 8, 8), cpu, ")
    assert "backward" not in lines
    macs = 2 * 4 * 6 * 6 * 27 + 2 * 144 * 5
    assert any(line.endswith(f"{macs:,} multiply-adds forward") for line in lines)


def test_a_row_above_its_ceiling_is_marked_and_doubted(trained: Profile) -> None:
    rows = tuple(replace(row, ceiling="compute", part=1.5) if n == 0 else row for n, row in enumerate(trained.rows))
    scene = profile_scene(replace(trained, rows=rows))
    assert "150% compute" in Figure(trained, scene).text()


def test_it_fits_80_columns_and_ascii(trained: Profile) -> None:
    figure = Figure(trained, profile_scene(trained))
    assert max(map(len, figure.text(width=80).splitlines())) <= 80
    assert figure.text(ascii=True).isascii()
    assert "<svg" in figure.svg()
