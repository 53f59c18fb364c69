from __future__ import annotations

from typing import get_args

import pytest

from tensorlab.codec import decode, encode
from tensorlab.errors import LayoutError
from tensorlab.models.layers import ALEXNET
from tensorlab.models.record import Cost, Layer, LayerTime, LayerTimes


def test_every_kind_of_layer_occurs_in_alexnet_and_survives_the_codec() -> None:
    assert {type(layer) for layer in ALEXNET} == set(get_args(Layer))
    for layer in ALEXNET:
        assert decode(type(layer), encode(layer)) == layer


def test_a_layer_with_its_seconds_survives_the_codec() -> None:
    time = LayerTime(Cost(name="a", kind="relu", output=(1, 2), parameters=0, macs=0, nbytes=16), (1e-6, 2e-6))
    assert decode(LayerTime, encode(time)) == time


def timed(*walls: tuple[float, ...], whole: tuple[float, ...]) -> LayerTimes:
    cost = Cost(name="a", kind="relu", output=(1, 2), parameters=0, macs=0, nbytes=16)
    layers = tuple(LayerTime(cost, wall) for wall in walls)
    return LayerTimes(
        network="n",
        seed=0,
        batch=1,
        image=224,
        device="cpu",
        dtype="float32",
        threads=1,
        host="",
        layers=layers,
        whole=whole,
    )


def test_times_refuse_what_no_clock_says() -> None:
    with pytest.raises(LayoutError, match=r"wall of a is one or more finite numbers of seconds, none below 0; got -1"):
        timed((-1.0,), whole=(1.0,))
    with pytest.raises(LayoutError, match=r"whole is one or more .* got none"):
        timed((1.0,), whole=())
    with pytest.raises(LayoutError, match="a network has one layer or more; got none"):
        timed(whole=(1.0,))
    with pytest.raises(LayoutError, match=r"every layer has the 2 rounds of the whole; got \[1, 2\]"):
        timed((1.0,), (1.0, 1.0), whole=(1.0, 1.0))
