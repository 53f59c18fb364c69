import math

from tensorlab.models.record import Cost, LayerTime, LayerTimes
from tensorlab.models.timing import images_per_second, rounds_summed, shares


def times(*walls: tuple[float, ...], whole: tuple[float, ...], batch: int = 4) -> LayerTimes:
    cost = Cost(name="x", kind="relu", output=(batch, 2), parameters=0, macs=0, nbytes=16)
    return LayerTimes(
        network="n",
        seed=0,
        batch=batch,
        image=224,
        device="cpu",
        dtype="float32",
        threads=1,
        host="",
        layers=tuple(LayerTime(cost, wall) for wall in walls),
        whole=whole,
    )


def test_sums_and_shares() -> None:
    measured = times((1.0, 1.0, 9.0), (3.0, 3.0, 1.0), whole=(4.0, 4.0, 8.0))
    assert rounds_summed(measured) == (4.0, 4.0, 10.0)
    assert shares(measured) == (0.25, 0.75)
    assert images_per_second(measured) == 1.0


def test_a_clock_that_stands_still_divides_nothing_by_zero() -> None:
    measured = times((0.0,), (0.0,), whole=(0.0,))
    assert shares(measured) == (0.0, 0.0)
    assert math.isinf(images_per_second(measured))
