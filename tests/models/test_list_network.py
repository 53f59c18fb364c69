from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tensorlab.errors import LayoutError, RaggedError
from tensorlab.models import ndarray_network
from tensorlab.models.layers import ALEXNET, image_shape, parameters
from tensorlab.models.list_network import Affine, apply_layer, forward, list_weights
from tensorlab.models.network import module, seeded_network
from tensorlab.models.record import AveragePool, Convolution, Dropout, Flatten, Layer, Linear, MaxPool, Relu
from tensorlab.models.weights import random_weights

SHRUNKEN: tuple[Layer, ...] = (
    Convolution("features.0", 3, 4, kernel=11, stride=4, padding=2),
    Relu("features.1"),
    MaxPool("features.2", kernel=3, stride=2),
    Convolution("features.3", 4, 6, kernel=5, padding=2),
    Relu("features.4"),
    MaxPool("features.5", kernel=3, stride=2),
    Convolution("features.6", 6, 5, kernel=3, padding=1),
    AveragePool("avgpool", size=2),
    Flatten("flatten"),
    Dropout("classifier.0", probability=0.5),
    Linear("classifier.1", 20, 7),
    Relu("classifier.2"),
    Linear("classifier.3", 7, 3),
)
"""Every kind of layer as AlexNet uses it, with few channels."""


def uniform(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).uniform(-1, 1, shape)


def in_numpy(table: tuple[Layer, ...], images: Any, seed: int = 0) -> Any:
    weights = {key: array.astype(np.float64) for key, array in random_weights(table, seed).items()}
    return ndarray_network.forward(table, weights, images)


def in_torch(table: tuple[Layer, ...], images: Any, seed: int = 0) -> Any:
    with torch.inference_mode():
        return seeded_network(table, seed, dtype=torch.float64)(torch.from_numpy(images)).numpy()


@pytest.mark.parametrize(("batch", "rows", "columns"), [(1, 63, 63), (2, 31, 64), (3, 47, 31)])
def test_a_network_agrees_with_numpy_and_torch_to_the_last_digits(batch: int, rows: int, columns: int) -> None:
    images = uniform(batch, 3, rows, columns)
    ours = forward(SHRUNKEN, list_weights(SHRUNKEN, 2), images.tolist())
    for expected in (in_numpy(SHRUNKEN, images, 2), in_torch(SHRUNKEN, images, 2)):
        assert np.shape(ours) == expected.shape
        assert np.abs(ours - expected).max() <= 1e-14 * np.abs(expected).max()
    assert {type(score) for scores in ours for score in scores} == {float}


def test_alexnets_own_features_agree_with_numpy() -> None:
    features, images = ALEXNET[:15], uniform(*image_shape(1, 63))
    expected = in_numpy(features, images)
    ours = forward(features, list_weights(features), images.tolist())
    assert np.abs(ours - expected).max() <= 1e-13 * np.abs(expected).max()


def test_no_images_have_no_scores() -> None:
    assert forward(SHRUNKEN, list_weights(SHRUNKEN), []) == []


def test_the_input_is_left_as_it_is() -> None:
    images = uniform(1, 3, 31, 31).tolist()
    before = [[[list(row) for row in plane] for plane in image] for image in images]
    forward(SHRUNKEN, list_weights(SHRUNKEN), images)
    assert images == before


def test_the_weights_are_the_seeded_ones_as_pythons_floats() -> None:
    arrays, found = random_weights(SHRUNKEN, 3), list_weights(SHRUNKEN, 3)
    assert {f"{name}.{kind}" for name in found for kind in ("weight", "bias")} == set(arrays)
    for name, (rows, biases) in found.items():
        assert np.array_equal(np.ravel(rows), arrays[f"{name}.weight"].ravel())
        assert np.array_equal(biases, arrays[f"{name}.bias"])
        assert {type(number) for row in (*rows, biases) for number in row} == {float}
    numbers = sum(len(biases) + sum(map(len, rows)) for rows, biases in found.values())
    assert numbers == parameters(SHRUNKEN)


def listed(name: str, state: dict[str, Any]) -> dict[str, Affine]:
    """What a torch module has learned, as lists."""
    if not state:
        return {}
    return {name: Affine(state["weight"].reshape(len(state["bias"]), -1).tolist(), state["bias"].tolist())}


def agrees(layer: Layer, shape: tuple[int, ...]) -> None:
    values = uniform(*shape, seed=1)
    theirs = module(layer).double().eval()
    state = {key: value.numpy() for key, value in theirs.state_dict().items()}
    with torch.inference_mode():
        expected = theirs(torch.from_numpy(values.copy())).numpy()
    ours = [apply_layer(layer, listed(layer.name, state), image) for image in values.tolist()]
    assert np.shape(ours) == expected.shape
    np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-12)
    named = {f"{layer.name}.{key}": value for key, value in state.items()}
    np.testing.assert_allclose(ours, ndarray_network.apply_layer(layer, named, values), rtol=1e-12, atol=1e-12)


sizes = st.integers(1, 9)
convolutions = st.builds(
    Convolution,
    name=st.just("c"),
    inputs=st.integers(1, 3),
    outputs=st.integers(1, 3),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
)


@settings(deadline=None, max_examples=60)
@given(convolutions, sizes, sizes)
def test_convolutions_agree(layer: Convolution, h: int, w: int) -> None:
    agrees(layer, (2, layer.inputs, max(h, layer.kernel), max(w, layer.kernel)))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 4), st.integers(1, 3), sizes, sizes)
def test_max_pools_agree(k: int, s: int, h: int, w: int) -> None:
    agrees(MaxPool("p", k, s), (2, 2, max(h, k), max(w, k)))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 7), sizes, sizes)
def test_average_pools_agree(n: int, h: int, w: int) -> None:
    agrees(AveragePool("a", n), (2, 2, h, w))


@pytest.mark.parametrize(("kernel", "stride"), list(product((1, 2, 3), repeat=2)))
def test_every_small_window_agrees(kernel: int, stride: int) -> None:
    for h, w in product(range(kernel, 6), repeat=2):
        agrees(MaxPool("p", kernel, stride), (1, 2, h, w))
        for padding in range(kernel):
            agrees(Convolution("c", 2, 2, kernel, stride, padding), (1, 2, h, w))


def test_every_small_average_agrees() -> None:
    for n, h, w in product(range(1, 6), repeat=3):
        agrees(AveragePool("a", n), (1, 1, h, w))


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Relu("r"), (2, 4)),
        (Relu("r"), (2, 3, 2, 4)),
        (Dropout("d", 0.5), (2, 4)),
        (Dropout("d", 0.5), (2, 3, 2, 4)),
        (Flatten("f"), (2, 4)),
        (Flatten("f"), (2, 3, 2, 4)),
        (Linear("l", 4, 3), (2, 4)),
    ],
)
def test_the_others_agree(layer: Layer, shape: tuple[int, ...]) -> None:
    agrees(layer, shape)


def test_what_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(LayoutError, match=r"features\.0 takes 4 axes with 3 along axis 1; got shape \(1, 1, 64, 64\)"):
        forward(SHRUNKEN, {}, uniform(1, 1, 64, 64).tolist())
    with pytest.raises(LayoutError, match=r"features\.2 needs 3 rows and columns; got 2 x 2"):
        forward(SHRUNKEN, list_weights(SHRUNKEN), uniform(1, 3, 12, 12).tolist())
    with pytest.raises(LayoutError, match=r"a seed is a whole number from 0 to 2\*\*64 - 1; got -1"):
        list_weights(SHRUNKEN, -1)


@pytest.mark.parametrize("place", list(product(range(4), range(5))))
def test_max_pools_carry_nan_on_as_torch_does(place: tuple[int, int]) -> None:
    values = uniform(1, 2, 4, 5, seed=3)
    values[(0, 1, *place)] = np.nan
    for kernel, stride in product((1, 2, 3), repeat=2):
        layer = MaxPool("p", kernel, stride)
        expected = module(layer)(torch.from_numpy(values.copy())).numpy()
        ours = [apply_layer(layer, {}, image) for image in values.tolist()]
        np.testing.assert_array_equal(ours, expected)
        np.testing.assert_array_equal(ndarray_network.apply_layer(layer, {}, values), expected)


@pytest.mark.parametrize(
    "image",
    [[[[1.0, 2.0], [3.0]]], [[[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0]]], [[[1.0, 2.0], 3.0]], [[[1.0], [2.0, 3.0]]]],
)
def test_an_image_of_unequal_rows_is_refused(image: list[Any]) -> None:
    with pytest.raises(RaggedError, match=r"rows of one length and channels of one shape; got .* side by side"):
        forward((MaxPool("p", 1, 1),), {}, [image])
