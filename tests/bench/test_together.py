from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.laboratory import run

from tensorlab.bench.together import process_medians, standing_beside, within
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from tensorlab.bench.record import Run


def blocks(name: str, factor: float, *, process: int = 0, together: str = "a", seed: int = 0) -> Run:
    """60 blocks in 3 repeats; what disturbs a round disturbs all of its blocks alike."""
    shared = np.random.default_rng(process + 100).lognormal(0, 0.5, 60)
    own = np.random.default_rng(seed + 10 * process).lognormal(0, 0.002, 60)
    return replace(
        run(backend=name),
        wall=tuple((1e-4 * factor * shared * own).tolist()),
        round=tuple(range(60)),
        repeat=tuple(n // 20 for n in range(60)),
        together=together,
        process=process,
    )


def test_pairs_of_blocks_tell_what_medians_do_not() -> None:
    found = standing_beside([blocks("torch", 1.1, seed=1)], [blocks("numpy", 1.0, seed=2)])
    assert found is not None
    assert found.paired
    assert found.value == pytest.approx(1.1, rel=0.005)
    assert 1.09 < found.low <= found.value <= found.high < 1.11
    assert (found.verdict, found.makes, found.pairs) == ("slower", 3, 60)


def test_runs_of_other_groups_are_compared_by_medians_with_a_wider_interval() -> None:
    pair = [blocks("torch", 1.1, seed=1)], [blocks("numpy", 1.0, seed=2, together="b")]
    found = standing_beside(*pair)
    assert found is not None
    assert not found.paired
    assert found.high / found.low > 1.1
    assert found.verdict == "can't tell"


def test_several_processes_are_makes() -> None:
    own = [blocks("torch", 1.03, process=n, seed=1, together=f"p{n}") for n in range(3)]
    base = [blocks("numpy", 1.0, process=n, seed=2, together=f"p{n}") for n in range(3)]
    found = standing_beside(own, base)
    assert found is not None
    assert found.makes == 3
    assert found.verdict == "slower"


def test_a_run_beside_itself_is_exactly_1() -> None:
    one = blocks("numpy", 1.0)
    found = standing_beside([one], [one])
    assert found is not None
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_a_median_of_0_has_no_ratio() -> None:
    assert standing_beside([run(0.0, backend="torch")], [run()]) is None
    with pytest.raises(LayoutError, match="a median of 0 s has no ratio"):
        process_medians([run(0.0)])


def test_a_run_without_repeats_is_one_make() -> None:
    assert within([run()]) > 0
    assert within([replace(run(), wall=(1e-5,) * 5)]) == 0
