import pytest

from tensorlab.errors import LayoutError
from tensorlab.testing.aten.record import AtenSweep, Plan


def test_each_tensor_of_a_plan_has_a_layout() -> None:
    with pytest.raises(LayoutError, match="got 2, 1"):
        Plan((0, 1), ("gaps",))


def test_each_sample_of_a_sweep_is_tested_or_skipped() -> None:
    with pytest.raises(LayoutError, match="1 of 3 are neither"):
        AtenSweep(
            torch="2", dtype="float32", seed=0, ops=1, samples=3, tested=1, calls=4, seconds=1.0, workers=1,
            skipped=(("takes no tensor", 1),),
        )  # fmt: skip
