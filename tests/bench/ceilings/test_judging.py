from __future__ import annotations

import pytest
from support.ceilings import CEILINGS

from tensorlab.bench.ceilings.judging import CODE, Share, bound_of, doubt, share, with_product
from tensorlab.bench.ceilings.record import Bound
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
