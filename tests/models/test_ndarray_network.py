from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tensorlab.errors import LayoutError
from tensorlab.models.layers import ALEXNET, image_shape
from tensorlab.models.ndarray_network import apply_layer, forward
from tensorlab.models.network import module, seeded_network
from tensorlab.models.record import AveragePool, Convolution, Dropout, Flatten, Layer, Linear, MaxPool, Relu
from tensorlab.models.weights import random_weights


def images(batch: int, image: int = 224) -> Any:
    return np.random.default_rng(0).uniform(-1, 1, image_shape(batch, image))


@pytest.mark.parametrize(("batch", "image"), [(1, 224), (2, 63), (1, 131)])
def test_float64_agrees_with_torch_to_the_last_digits(batch: int, image: int) -> None:
    given_images = images(batch, image)
    weights = {key: array.astype(np.float64) for key, array in random_weights(ALEXNET, 2).items()}
    with torch.inference_mode():
        expected = seeded_network(ALEXNET, 2, dtype=torch.float64)(torch.from_numpy(given_images)).numpy()
    ours = forward(ALEXNET, weights, given_images)
    assert ours.dtype == np.float64
    assert np.abs(ours - expected).max() <= 1e-13 * np.abs(expected).max()


def test_the_input_is_left_as_it_is() -> None:
    before = images(1, 63)
    after = before.copy()
    forward(ALEXNET, random_weights(ALEXNET), after)
    np.testing.assert_array_equal(before, after)


def test_float32_stays_float32() -> None:
    assert forward(ALEXNET, random_weights(ALEXNET), images(1, 63).astype(np.float32)).dtype == np.float32


def agrees(layer: Layer, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    values = rng.standard_normal(shape)
    theirs = module(layer).double().eval()
    weights = {f"{layer.name}.{key}": value.numpy() for key, value in theirs.state_dict().items()}
    with torch.inference_mode():
        expected = theirs(torch.from_numpy(values.copy())).numpy()
    ours = apply_layer(layer, weights, values)
    assert ours.shape == expected.shape
    np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-12)


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
@given(st.integers(0, 3), convolutions, sizes, sizes)
def test_convolutions_agree_with_torch(b: int, layer: Convolution, h: int, w: int) -> None:
    agrees(layer, (b, layer.inputs, max(h, layer.kernel), max(w, layer.kernel)))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 2), st.integers(1, 4), st.integers(1, 3), sizes, sizes)
def test_max_pools_agree_with_torch(b: int, k: int, s: int, h: int, w: int) -> None:
    agrees(MaxPool("p", k, s), (b, 2, max(h, k), max(w, k)))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 2), st.integers(1, 7), sizes, sizes)
def test_average_pools_agree_with_torch(b: int, n: int, h: int, w: int) -> None:
    agrees(AveragePool("a", n), (b, 2, h, w))


@pytest.mark.parametrize("layer", [Relu("r"), Dropout("d", 0.5), Flatten("f"), Linear("l", 4, 3)])
def test_the_others_agree_with_torch(layer: Layer) -> None:
    agrees(layer, (2, 4))


def test_a_shape_that_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(LayoutError, match=r"features\.0 takes 4 axes"):
        forward(ALEXNET, {}, np.zeros((1, 1, 64, 64)))
