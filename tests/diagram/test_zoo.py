from __future__ import annotations

import pytest

from tensorlab.diagram.zoo import trace_scene, zoo_scene
from tensorlab.models.record import ModelTrace, ModuleCall, PublishedWeights, Zoo, ZooModel
from tensorlab.render.text import text

WEIGHTS = PublishedWeights(
    name="IMAGENET1K_V1", default=True, parameters=61_100_840, gflops=0.714, megabytes=233.087,
    metrics=(("ImageNet-1K", "acc@1", 56.522),),
)  # fmt: skip
MODEL = ZooModel(
    name="alexnet", task="classification", function="torchvision.models.alexnet.alexnet",
    builds="torchvision.models.alexnet.AlexNet", weights=(WEIGHTS,),
)  # fmt: skip


def module(name: str, parameters: int, **changes: object) -> ModuleCall:
    usual: dict[str, object] = {"kind": "Conv2d", "outputs": (("", (1, 64, 55, 55)),), "calls": 1}
    return ModuleCall(name=name, parameters=parameters, **(usual | changes))  # type: ignore[arg-type]  # as given


@pytest.mark.parametrize("ascii_only", [False, True])
def test_classes_and_functions_are_told_apart(*, ascii_only: bool) -> None:
    told = text(zoo_scene(Zoo("0.28", "alex", (MODEL,))), ascii=ascii_only)
    assert told.startswith("1 model of torchvision 0.28, of names with alex\n")
    assert "class AlexNet of torchvision.models.alexnet: classification" in told
    assert "alexnet()" in told
    assert "  IMAGENET1K_V1*   61,100,840   0.714  233  56.522 acc@1 ImageNet-1K" in told
    assert max(map(len, told.splitlines())) <= 80
    assert told.isascii() or not ascii_only


def test_what_was_not_called_stands_apart_and_a_pass_that_stopped_says_why() -> None:
    modules = (
        module("features.0", 23_296),
        module("head", 10, outputs=(("a", (1,)), ("b", ()), ("c", (2, 2)))),
        module("aux", 7, outputs=(), calls=0),
    )
    trace = ModelTrace(model=MODEL, inputs=((1, 3, 224, 224),), modules=modules, stopped="Error: no numbers")
    told = text(trace_scene(trace), ascii=True)
    assert told.startswith("alexnet: torchvision.models.alexnet.alexnet() builds")
    assert "given 1x3x224x224" in told
    assert "features.0  Conv2d  1x64x55x55" in told
    assert "a: 1, b: a number, and 1 more" in told
    assert "Error: no numbers" in told
    assert "not called in this pass" in told
    assert "23,313 parameters in 3 modules" in told
    assert "published weights are of 61,100,840" in told
