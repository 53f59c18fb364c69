from __future__ import annotations

from functools import partial

import pytest
import torch

from tensorlab.errors import UnknownNameError
from tensorlab.models.layers import ALEXNET, costs, image_shape
from tensorlab.models.tracing import Unfilled, traced
from tensorlab.models.vision import torchvision
from tensorlab.models.zoo import zoo

PUBLISHED_OTHERWISE = ("deeplabv3", "fcn", "fcos", "fasterrcnn", "googlenet", "keypointrcnn", "maskrcnn", "retinanet")
"""Whose weights are of a model that the function builds only where it is given them."""
SOME = ("alexnet", "quantized_mobilenet_v2", "raft_small", "regnet_x_400mf", "s3d", "swin_t", "vit_h_14", "lraspp*")


def test_alexnet_is_the_table_of_layers() -> None:
    found = traced("alexnet")
    table = [cost for cost in costs(ALEXNET, image_shape(1)) if cost.kind != "flatten"]
    assert [(one.name, one.outputs[0][1], one.parameters) for one in found.modules] == [
        (cost.name, cost.output, cost.parameters) for cost in table
    ]
    assert (found.inputs, found.stopped) == (((1, 3, 224, 224),), "")


@pytest.mark.parametrize("name", ["resnet18", "swin_t", "lraspp_mobilenet_v3_large"])
def test_shapes_and_parameters_are_those_of_a_model_with_memory(name: str) -> None:
    builder = torchvision.models.get_model_builder(name)
    backbone = {"weights_backbone": None} if name.startswith("lraspp") else {}
    real = builder(weights=None, **backbone).eval()
    shapes: dict[str, tuple[int, ...]] = {}

    def note(path: str, _module: object, _given: object, out: torch.Tensor) -> None:
        shapes.setdefault(path, tuple(out.shape))

    for path, module in real.named_modules():
        if not [*module.children()]:
            module.register_forward_hook(partial(note, path))
    found = traced(name)
    with torch.inference_mode():
        real(*(torch.zeros(shape) for shape in found.inputs))
    leaves = {one.name: one.outputs[0][1] for one in found.modules if one.name in shapes}
    assert leaves == shapes
    assert found.parameters == sum(one.numel() for one in real.parameters())


def every(names: tuple[str, ...]) -> list[str]:
    return [one.name for name in names for one in zoo(name).models if name in {one.name, "lraspp*"}]


@pytest.mark.parametrize("name", every(SOME))
def test_models_of_every_task_are_run_to_their_end(name: str) -> None:
    found = traced(name)
    assert found.stopped == ""
    assert found.parameters in {one.parameters for one in found.model.weights}


def test_a_detector_stops_where_it_needs_numbers_and_says_so() -> None:
    found = traced("fasterrcnn_resnet50_fpn")
    assert found.stopped.startswith("NotImplementedError: ")
    assert [one.outputs for one in found.modules[:2]] == [(), (("", (1, 64, 400, 400)),)]
    missing = [one for one in found.modules if not one.calls]
    assert missing
    assert all(one.outputs == () for one in missing)
    assert found.modules[-1] == missing[-1]


@pytest.mark.slow
def test_every_model_has_the_parameters_that_are_published() -> None:
    for model in zoo().models:
        found = traced(model.name)
        assert (found.stopped != "") == (model.task == "detection"), model.name
        published = {one.parameters for one in model.weights}
        otherwise = model.name.removeprefix("quantized_").startswith(PUBLISHED_OTHERWISE)
        assert found.parameters in published or otherwise, model.name


def test_tensors_that_hold_numbers_keep_them() -> None:
    with Unfilled():
        assert torch.empty(3, device="cpu").is_meta
        assert torch.linspace(0, 1, 3).tolist() == [0.0, 0.5, 1.0]


def test_an_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="no model is called 'resnet19'"):
        traced("resnet19")
