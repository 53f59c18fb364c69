from __future__ import annotations

import torch
from support.ceilings import CEILINGS
from torch import nn

import tensorlab
from tensorlab.diagram.architecture_solids import architecture
from tensorlab.models.layers import ALEXNET, costs, image_shape


def test_alexnet_is_drawn_from_its_records() -> None:
    found = tensorlab.profile(tensorlab.alexnet(), torch.zeros(2, 3, 224, 224), seconds=0, ceilings=CEILINGS)
    drawn = architecture(found)
    assert drawn is not None
    table = [one for one in costs(ALEXNET, image_shape(1)) if one.kind in {"conv", "maxpool", "linear"}]
    assert [str(one.span.text) for one in drawn.nodes] == ["input", *(one.name for one in table)]
    assert drawn.solids == ((3, 224, 224), *((*one.output[1:], 1, 1)[:3] for one in table))
    told = [f"{one.parameters:,}" if one.parameters else "-" for one in table]
    assert [one.note.partition("\n")[0] for one in drawn.nodes] == ["", *told]
    assert drawn.nodes[1].note == "23,296\n70.3 M"


def test_what_is_no_chain_of_images_has_none() -> None:
    deep = nn.Sequential(*[nn.Conv2d(1, 1, 1) for _ in range(20)])
    for module, inputs in (
        (nn.Linear(3, 4), torch.ones(2, 3)),
        (nn.LSTM(3, 4), torch.ones(5, 2, 3)),
        (deep, torch.ones(1, 1, 2, 2)),
    ):
        assert architecture(tensorlab.profile(module, inputs, seconds=0, ceilings=CEILINGS)) is None
