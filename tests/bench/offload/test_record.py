from __future__ import annotations

import pytest

from tensorlab.bench.offload.record import SLOWED, Clocks
from tensorlab.errors import LayoutError


@pytest.mark.parametrize("bit", SLOWED)
def test_heat_and_power_hold_a_device_back(bit: int) -> None:
    clocks = Clocks(mhz=1000, most=1980, reasons=bit)
    assert clocks.throttled
    assert clocks.slowed_by == (SLOWED[bit],)


@pytest.mark.parametrize("bit", [0x1, 0x2, 0x10, 0x100])
def test_idleness_and_chosen_clocks_do_not(bit: int) -> None:
    assert not Clocks(mhz=1000, most=1980, reasons=bit).throttled


def test_a_clock_does_not_run_backwards() -> None:
    with pytest.raises(LayoutError, match="a clock has 0 MHz or more; got -1 of 5"):
        Clocks(mhz=-1, most=5)
