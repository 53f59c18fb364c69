from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.bench.stats import summary


@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=50))
def test_median_and_quartiles_are_numpy_s(values: list[float]) -> None:
    assert summary(values) == pytest.approx(tuple(np.quantile(values, [0.5, 0.25, 0.75])))


def test_one_value_has_no_spread_and_none_is_refused() -> None:
    assert summary([3.0]).spread == 0
    assert summary([0.0, 0.0]).spread == 0
    with pytest.raises(ValueError, match="a median needs one or more"):
        summary([])
