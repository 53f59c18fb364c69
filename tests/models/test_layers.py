import subprocess
import sys
from math import prod

import pytest
import torch

from tensorlab.errors import LayoutError
from tensorlab.models.layers import (
    ALEXNET,
    CLASSES,
    costs,
    image_shape,
    macs,
    output_shape,
    parameter_shapes,
    parameters,
    regions,
    successive_shapes,
)
from tensorlab.models.network import Network, module
from tensorlab.models.record import AveragePool, Convolution, Flatten, Layer, Linear, MaxPool


@pytest.fixture(scope="module")
def network() -> Network:
    with torch.device("meta"):
        return Network(ALEXNET).eval()


@pytest.mark.parametrize(("batch", "image"), [(1, 224), (8, 224), (3, 63), (2, 300), (1, 97)])
def test_every_shape_is_what_torch_makes(network: Network, batch: int, image: int) -> None:
    values = torch.empty(image_shape(batch, image), device="meta")
    expected = [tuple(values.shape)]
    for layer in ALEXNET:
        values = network.get_submodule(layer.name)(values)
        expected.append(tuple(values.shape))
    assert list(successive_shapes(ALEXNET, image_shape(batch, image))) == expected
    assert expected[-1] == (batch, CLASSES)


@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_window_arithmetic_is_torchs(kernel: int, stride: int) -> None:
    for size in range(1, 12):
        for padding in range(kernel):
            check(Convolution("c", 2, 3, kernel, stride, padding), (2, 2, size, size + 1))
        check(MaxPool("p", kernel, stride), (2, 2, size, size + 1))


def check(layer: Layer, shape: tuple[int, ...]) -> None:
    with torch.device("meta"):
        theirs = module(layer)
        values = torch.empty(shape)
    try:
        expected = tuple(theirs(values).shape)
    except RuntimeError:
        expected = (0,)
    if min(expected) < 1:  # on meta, torch 2.11 answers with a size below 1 where 2.13 refuses
        with pytest.raises(LayoutError, match="needs"):
            output_shape(layer, shape)
    else:
        assert output_shape(layer, shape) == expected


def test_parameters_are_the_state_dict(network: Network) -> None:
    expected = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    assert dict(pair for layer in ALEXNET for pair in parameter_shapes(layer)) == expected
    assert parameters(ALEXNET) == sum(map(prod, expected.values())) == 61_100_840


def test_multiply_adds_are_half_of_torchs_flop_count() -> None:
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415 - slow to import, used once

    with torch.device("meta"):
        network, images = Network(ALEXNET).eval(), torch.empty(image_shape(2))
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        network(images)
    assert counter.get_total_flops() == 2 * sum(cost.macs for cost in costs(ALEXNET, image_shape(2)))


def test_costs_grow_with_the_batch_and_parameters_do_not() -> None:
    one, eight = (costs(ALEXNET, image_shape(batch)) for batch in (1, 8))
    for a, b in zip(one, eight, strict=True):
        assert b.macs == 8 * a.macs
        assert b.parameters == a.parameters
        assert b.nbytes - 4 * b.parameters == 8 * (a.nbytes - 4 * a.parameters)


def test_what_only_passes_its_input_on_costs_nothing() -> None:
    idle = [cost for cost in costs(ALEXNET, image_shape(1)) if cost.kind in {"flatten", "dropout"}]
    assert len(idle) == 3
    assert all(cost.nbytes == cost.macs == cost.parameters == 0 for cost in idle)


def test_bytes_follow_the_itemsize() -> None:
    pairs = zip(costs(ALEXNET, image_shape(1), 4), costs(ALEXNET, image_shape(1), 2), strict=True)
    assert all(single.nbytes == 2 * half.nbytes for single, half in pairs)


def test_smaller_layers_by_hand() -> None:
    assert macs(Convolution("c", 2, 3, kernel=3), (1, 3, 4, 4)) == 3 * 4 * 4 * 2 * 9
    assert macs(Linear("l", 5, 7), (2, 7)) == 70
    assert output_shape(AveragePool("a", 6), (2, 3, 1, 9)) == (2, 3, 6, 6)
    assert output_shape(Flatten("f"), (2, 3, 4)) == (2, 12)


@pytest.mark.parametrize(("batch", "image"), [(0, 224), (-1, 224), (1, 0), (True, 224), (2.0, 224)])
def test_a_batch_without_images_is_refused(batch: int, image: int) -> None:
    with pytest.raises(LayoutError, match="whole number of 1 or more; got"):
        image_shape(batch, image)


def test_images_too_small_for_a_layer_are_refused_by_name() -> None:
    with pytest.raises(LayoutError, match=r"features\.12 needs 3 rows and columns; got 2 x 2"):
        successive_shapes(ALEXNET, image_shape(1, 62))


def test_a_shape_that_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(
        LayoutError, match=r"features\.0 takes 4 axes with 3 along axis 1; got shape \(1, 1, 224, 224\)"
    ):
        successive_shapes(ALEXNET, (1, 1, 224, 224))
    with pytest.raises(LayoutError, match=r"classifier\.1 takes 2 axes with 9216"):
        output_shape(ALEXNET[16], (1, 256))


def test_the_table_needs_neither_torch_nor_numpy() -> None:
    code = "import sys, tensorlab.models.layers; sys.exit(len({'torch', 'numpy'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("count", [1, 2, 6, 7])
def test_regions_are_those_of_torch(count: int) -> None:
    row = torch.rand(1, 1, 1, 13, dtype=torch.float64)
    expected = torch.nn.functional.adaptive_avg_pool2d(row, (1, count)).flatten()
    means = torch.stack([row[..., region].mean() for region in regions(13, count)])
    assert torch.allclose(means, expected)


def test_a_batch_that_no_memory_holds_is_refused_in_few_words() -> None:
    with pytest.raises(LayoutError, match=r"a batch is 10\*\*18 at most; got about 10\*\*400"):
        image_shape(10**400)
