from __future__ import annotations

from typing import get_args

from tensorlab.codec import decode, encode
from tensorlab.models.layers import ALEXNET
from tensorlab.models.record import Cost, Layer, LayerTime


def test_every_kind_of_layer_occurs_in_alexnet_and_survives_the_codec() -> None:
    assert {type(layer) for layer in ALEXNET} == set(get_args(Layer))
    for layer in ALEXNET:
        assert decode(type(layer), encode(layer)) == layer


def test_a_layer_with_its_seconds_survives_the_codec() -> None:
    time = LayerTime(Cost(name="a", kind="relu", output=(1, 2), parameters=0, macs=0, nbytes=16), (1e-6, 2e-6))
    assert decode(LayerTime, encode(time)) == time
