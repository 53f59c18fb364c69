from __future__ import annotations

from dataclasses import replace

import pytest

from tensorlab.bench.crossing.projecting import MODELS
from tensorlab.bench.crossing.record import Aspect, Crossing, Crossings
from tensorlab.errors import LayoutError

CROSSING = Crossing(
    workload="add", unit="elements", dtype="float32", device="cuda", transfer="none", projected=False, size=4096,
    low=2048, high=None, least=16, most=65536,
)  # fmt: skip


def test_a_crossing_is_a_sentence() -> None:
    assert str(CROSSING) == "add float32: cuda wins from 4,096 elements on [2,048, ?], without transfer"
    never = replace(CROSSING, size=None, low=None, transfer="pageable", projected=True)
    assert str(never) == "add float32: cuda does not win up to 65,536 elements, with transfer, pageable (projected)"


def test_a_size_outside_its_interval_is_refused() -> None:
    with pytest.raises(LayoutError, match="a size lies in its interval; got 4096 in 8192 to None"):
        replace(CROSSING, low=8192)


def test_seconds_outside_their_interval_are_refused() -> None:
    with pytest.raises(LayoutError, match=r"seconds lie in their interval; got 2\.0, 1\.0, 3\.0"):
        Aspect(seconds=1.0, low=2.0, high=3.0)


@pytest.mark.parametrize("field", ["bandwidth", "to_device"])
def test_a_model_without_rates_is_refused(field: str) -> None:
    with pytest.raises(LayoutError, match="a device has rates above 0"):
        replace(MODELS["h100"], **{field: 0.0})  # type: ignore[arg-type]  # a field by its name


def test_a_run_says_whether_it_was_projected() -> None:
    run = Crossings(machine="m", device="cuda", threads=1, model=None, crossings=(CROSSING,), samples=(),
                    missing=("add float16: why",))  # fmt: skip
    assert not run.projected
    assert str(run).splitlines() == [str(CROSSING), "add float16: why"]
    assert replace(run, model=MODELS["t4"]).projected
