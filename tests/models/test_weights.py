import numpy as np
import pytest

from tensorlab.errors import LayoutError
from tensorlab.models.layers import ALEXNET, parameter_shapes
from tensorlab.models.record import Linear
from tensorlab.models.weights import random_weights

WEIGHT_BITS = ["0x1.4225440000000p+0", "0x1.6a50a80000000p-2", "0x1.0ab8920000000p-1"]
BIAS_BITS = ["0x1.1153b00000000p-4", "-0x1.c2387a0000000p-5"]


def test_the_bits_are_written_down() -> None:
    """Figures that must never change: published results name only the seed."""
    arrays = random_weights((Linear("l", 3, 2),), seed=7)
    assert [value.hex() for value in arrays["l.weight"].ravel().tolist()[:3]] == WEIGHT_BITS
    assert [value.hex() for value in arrays["l.bias"].tolist()] == BIAS_BITS


def test_keys_shapes_and_dtype_follow_the_table() -> None:
    arrays = random_weights(ALEXNET[:4])
    expected = dict(pair for layer in ALEXNET[:4] for pair in parameter_shapes(layer))
    assert {key: array.shape for key, array in arrays.items()} == expected
    assert {array.dtype for array in arrays.values()} == {np.dtype("float32")}
    assert all(array.flags.writeable and array.flags.c_contiguous for array in arrays.values())


def test_values_fill_their_range_evenly() -> None:
    weight = random_weights((Linear("l", 600, 500),))["l.weight"].astype(np.float64)
    assert np.abs(weight).max() <= np.float32(0.1)
    assert np.abs(weight.mean()) < 1e-3
    assert weight.std() * 600**0.5 == pytest.approx(2**0.5, rel=0.01)
    assert np.abs(weight).max() > 0.0999


def test_an_odd_number_of_values_takes_half_an_integer_more() -> None:
    five, six = (random_weights((Linear("l", n, 1),), seed=1)["l.weight"][0] for n in (5, 6))
    np.testing.assert_allclose(five * 5**0.5, six[:5] * 6**0.5, rtol=1e-6)


@pytest.mark.parametrize("seed", [-1, 0.5, None, "0", True, 2**64, pytest.param(10**5000, id="huge")])
def test_a_seed_is_a_whole_number(seed: int) -> None:
    with pytest.raises(LayoutError, match=r"a seed is a whole number from 0 to 2\*\*64 - 1; got"):
        random_weights(ALEXNET[:1], seed)
