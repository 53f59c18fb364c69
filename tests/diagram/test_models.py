from dataclasses import replace

import pytest

from tensorlab.diagram.models import layers_scene
from tensorlab.memory.record import Doubt
from tensorlab.models.layers import ALEXNET, costs, image_shape
from tensorlab.models.record import LayerTime, LayerTimes
from tensorlab.render.text import text


@pytest.fixture
def times() -> LayerTimes:
    """AlexNet where every layer takes a millisecond more than the one before."""
    layers = costs(ALEXNET, image_shape(8))
    return LayerTimes(
        network="alexnet",
        seed=3,
        batch=8,
        image=224,
        device="cpu",
        dtype="float32",
        threads=2,
        host="abc",
        layers=tuple(LayerTime(cost, (n * 1e-3, n * 1.1e-3, n * 0.9e-3)) for n, cost in enumerate(layers, 1)),
        whole=(0.25, 0.26, 0.24),
    )


BY = "\N{MULTIPLICATION SIGN}"
PICTURE = f"""\
alexnet, batch 8 of 224 {BY} 224 images, float32, cpu, 2 threads
The weights are seeded random numbers (seed 3): answers mean nothing.

layer         kind     output     parameters    MACs    bytes     time  ±%    %
"""


def test_the_picture(times: LayerTimes) -> None:
    assert text(layers_scene(times)).startswith(PICTURE)


def test_it_is_at_most_80_columns_and_has_a_twin_in_ascii(times: LayerTimes) -> None:
    for batch in (1, 8, 512):
        layers = costs(ALEXNET, image_shape(batch))
        pairs = zip(layers, times.layers, strict=True)
        larger = replace(times, batch=batch, layers=tuple(LayerTime(cost, layer.wall) for cost, layer in pairs))
        for ascii_only in (False, True):
            lines = text(layers_scene(larger), ascii=ascii_only).splitlines()
            assert max(map(len, lines)) <= 80
            assert len(lines) == 2 + 1 + 24 + 1 + 3
            assert not ascii_only or all(line.isascii() for line in lines)


def test_the_last_row_adds_up(times: LayerTimes) -> None:
    last = text(layers_scene(times)).splitlines()[-5]
    assert " ".join(last.split()) == "all layers 61,100,840 5.71 G 319 MB 253 ms 5 100"


def test_what_does_no_work_has_dashes(times: LayerTimes) -> None:
    row = next(line for line in text(layers_scene(times)).splitlines() if line.startswith("flatten"))
    assert " ".join(row.split()) == "flatten flatten 9216 - - - 15.0 ms 5 6"


def test_the_whole_pass_stands_beside_the_sum(times: LayerTimes) -> None:
    assert "whole pass: 250 ms ±2%, 32.0 images/s; the layers add up to 101% of it" in text(layers_scene(times))


def test_a_doubt_is_told_with_its_cure(times: LayerTimes) -> None:
    lines = text(layers_scene(replace(times, doubts=(Doubt("crowded", "too much", "less"),)))).splitlines()
    assert lines[-2:] == ["doubt: too much", "cure: less"]


def test_an_accelerator_is_told_to_be_waited_for(times: LayerTimes) -> None:
    assert "waited for after each layer" in text(layers_scene(replace(times, device="cuda")))
    assert "waited for" not in text(layers_scene(times))


def test_one_thread_is_one(times: LayerTimes) -> None:
    assert ", 1 thread\n" in text(layers_scene(replace(times, threads=1)))


def test_a_wild_spread_keeps_its_column(times: LayerTimes) -> None:
    wild = replace(times.layers[0], wall=(1e-3, 1e-3, 1.0))
    row = text(layers_scene(replace(times, layers=(wild, *times.layers[1:])))).splitlines()[4]
    assert row.startswith("features.0")
    assert ">99" in row
    assert len(row) <= 80


def test_many_images_a_second_are_grouped_like_every_count(times: LayerTimes) -> None:
    assert ", 80,000 images/s" in text(layers_scene(replace(times, whole=(1e-4,) * 3)))


def test_a_clock_that_stood_still_has_dashes(times: LayerTimes) -> None:
    still = replace(times, whole=(0.0,) * 3, layers=tuple(replace(layer, wall=(0.0,) * 3) for layer in times.layers))
    assert "whole pass: 0 s ±0%, - images/s; the layers add up to -% of it" in text(layers_scene(still))
