from dataclasses import replace

import pytest
from models.profiling.test_record import PROFILE, ROW
from support.ceilings import limits

from tensorlab.models.profiling.ceiled import beside_ceilings


def test_each_row_has_the_ceiling_that_binds_it() -> None:
    ceilings = limits()
    row = replace(ROW, reads=2**28, writes=2**28, macs=10, dtype="float32")
    found = beside_ceilings(replace(PROFILE, rows=(row,)), ceilings).rows[0]
    bound = ceilings.binding(2**28, 2**28, 20, "float32", 1)
    assert found.ceiling == bound.ceiling
    assert found.part == pytest.approx(bound.seconds / 2.0)


def test_a_view_has_none() -> None:
    view = replace(ROW, reads=0, writes=0, macs=0)
    assert beside_ceilings(replace(PROFILE, rows=(view,)), limits()).rows[0].ceiling == ""


def test_a_row_above_its_ceiling_is_a_doubt() -> None:
    fast = replace(ROW, reads=2**30, writes=2**30, seconds=(1e-9, 1e-9))
    found = beside_ceilings(replace(PROFILE, rows=(fast,)), limits())
    assert found.rows[0].part > 1.05
    assert [doubt.code for doubt in found.doubts] == ["ceiling-doubtful"]
    assert "a (" in found.doubts[0].text
