from __future__ import annotations

from dataclasses import replace

import pytest
from support.ceilings import CEILINGS
from support.laboratory import run, skipped

from tensorlab.bench.ceilings.judging import (
    Share,
    above,
    beside,
    bound_of,
    doubt,
    doubted,
    marked,
    share,
    with_product,
)
from tensorlab.bench.ceilings.record import CODE, Bound
from tensorlab.bench.record import Case

MATMUL = {"workload": "matmul", "size": 512, "unit": "rows", "backend": "numpy", "device": "cpu", "dtype": "float32"}


def case(**changed: object) -> Case:
    costs = {"threads": 1, "reads": 2**21, "writes": 2**20, "flops": 2 * 512**3}
    return Case(**{**MATMUL, **costs, **changed})  # type: ignore[arg-type]  # fields by name


def test_a_row_says_what_part_of_which_ceiling_it_reaches() -> None:
    found = share(bound_of(CEILINGS, case()), 2 * 512**3 / 100e9)
    assert str(found) == "50% of compute"
    assert doubt(found) is None


def test_a_compiled_row_is_of_torch() -> None:
    small = case(backend="torch.compile", workload="add", reads=8, writes=4, flops=1)
    assert bound_of(CEILINGS, small) == ("dispatch", 1e-6)


@pytest.mark.parametrize(("part", "doubtful"), [(1.0, False), (1.05, False), (1.051, True)])
def test_above_105_percent_a_row_is_doubtful(part: float, *, doubtful: bool) -> None:
    found = doubt(Share("L3", part))
    assert (found is not None) == doubtful
    if found is not None:
        assert found.code == CODE == "ceiling-doubtful"
        assert found.text.startswith("ceiling doubtful: 105% of L3")
        assert found.penalty == part


def test_without_a_ceiling_nothing_is_said() -> None:
    assert str(share(Bound("", 0.0), 1.0)) == "-"
    assert str(share(Bound("L1", 1.0), 0.0)) == "-"


def test_a_faster_product_raises_the_peak_and_says_so() -> None:
    product = case()
    faster = with_product(CEILINGS, product, 3, (product.flops / 250e9,), "bench matmul, 512 rows")
    peak = faster.peak("float32")
    assert peak is not None
    assert (peak.probe, round(peak.rate / 1e9)) == ("bench matmul, 512 rows", 250)
    assert with_product(CEILINGS, product, 3, (product.flops / 150e9,), "slower") is CEILINGS
    assert with_product(CEILINGS, case(flops=0), 3, (1.0,), "none") is CEILINGS


def test_a_run_stands_beside_its_ceiling_by_its_median() -> None:
    found = beside(run(1e-6, backend="torch", reads=8, writes=4, flops=1), CEILINGS)
    assert found.ceiling == "dispatch"
    assert found.part == pytest.approx(1.0)
    assert not above(found)
    assert marked(found) is found


def test_operands_that_take_turns_come_from_where_all_of_them_lie() -> None:
    one = run(1e-3, backend="numpy", size=10**5, reads=800_000, writes=400_000)
    assert (beside(one, CEILINGS).ceiling, beside(one, CEILINGS, 2**30).ceiling) == ("L3", "DRAM")
    assert beside(one, CEILINGS, 2**30).part == pytest.approx(0.8e6 / 40e9 / 1e-3)


def test_a_run_above_its_ceiling_is_marked_with_its_share() -> None:
    found = marked(beside(run(0.5e-6, backend="torch", reads=8, writes=4, flops=1), CEILINGS))
    assert above(found)
    assert doubted(found)
    (one,) = found.doubts
    assert one.text.startswith("ceiling doubtful: 200% of dispatch, so the ceiling was measured too low")
    assert not above(skipped("cost", "too slow"))
    assert not doubted(run())


@pytest.mark.parametrize("backend", ["list", "array"])
def test_what_takes_elements_one_by_one_is_bound_by_them(backend: str) -> None:
    added = run(1e-3, backend=backend, size=10**4, reads=160_000, writes=80_000, flops=10**4)
    assert beside(added, CEILINGS).ceiling == "dispatch"
    copied = run(1e-3, backend=backend, size=10**4, reads=80_000, writes=80_000, flops=0)
    assert beside(copied, CEILINGS).ceiling == "L2"


def test_a_device_is_found_by_its_kind() -> None:
    assert CEILINGS.named("cpu") == "cpu"
    assert CEILINGS.named("cuda") == "cuda"
    there = replace(CEILINGS, figures=tuple(replace(one, device="cuda:0") for one in CEILINGS.figures))
    assert (there.named("cuda"), there.named("cuda:1")) == ("cuda:0", "cuda:0")
