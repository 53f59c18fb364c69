from __future__ import annotations

import inspect

import pytest

from tensorlab.errors import UnknownNameError
from tensorlab.models.vision import torchvision
from tensorlab.models.zoo import matches, zoo, zoo_model


def test_every_model_of_torchvision_is_there_with_its_function_and_its_class() -> None:
    found = zoo().models
    assert [one.name for one in found] == torchvision.models.list_models()
    for one in found:
        function = torchvision.models.get_model_builder(one.name)
        assert one.function == f"{function.__module__}.{function.__name__}"
        home, _, name = one.builds.rpartition(".")
        assert inspect.isclass(getattr(__import__(home, fromlist=[name]), name)), one
    assert {one.task for one in found} == {
        "classification", "detection", "segmentation", "video", "optical flow", "quantized classification"
    }  # fmt: skip


def test_weights_are_as_torchvision_describes_them() -> None:
    for one in zoo().models:
        enumeration = torchvision.models.get_model_weights(one.name)
        assert [weights.name for weights in one.weights] == [weights.name for weights in enumeration]
        assert [weights.name for weights in one.weights if weights.default] == [enumeration.DEFAULT.name]
        for told, weights in zip(one.weights, enumeration, strict=True):
            assert told.parameters == weights.meta["num_params"]
            assert (told.gflops, told.megabytes) == (weights.meta["_ops"], weights.meta["_file_size"])
            assert told.metrics


def test_alexnet() -> None:
    one = zoo_model("alexnet")
    (weights,) = one.weights
    assert (weights.name, weights.parameters, weights.megabytes) == ("IMAGENET1K_V1", 61_100_840, 233.087)
    assert weights.metrics == (("ImageNet-1K", "acc@1", 56.522), ("ImageNet-1K", "acc@5", 79.066))


@pytest.mark.parametrize(
    ("pattern", "first", "count"),
    [("alex", "alexnet", 1), ("RESNET18", "quantized_resnet18", 2), ("vgg*", "vgg11", 8), ("vgg1[19]", "vgg11", 2)],
)
def test_a_pattern_is_a_part_of_the_name_or_has_wildcards(pattern: str, first: str, count: int) -> None:
    found = zoo(pattern).models
    assert (found[0].name, len(found)) == (first, count)
    assert all(matches(one.name, pattern) for one in found)


@pytest.mark.parametrize("ask", [zoo, zoo_model])
def test_a_name_that_nobody_has_is_told_with_the_nearest(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(UnknownNameError, match="no model is called 'alexnett'") as found:
        ask("alexnett")
    assert "did you mean 'alexnet'?" in str(found.value)
