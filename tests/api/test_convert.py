from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest

from tensorlab.api.convert import conversions
from tensorlab.api.objects import show
from tensorlab.bench.conversions.record import Conversions
from tensorlab.bench.conversions.sources import SOURCES
from tensorlab.errors import UnsupportedError


@cache
def measured() -> Conversions:
    found = conversions().data
    assert isinstance(found, Conversions)
    return found


def test_every_source_is_given_to_every_function_beside_it() -> None:
    rows = [(row.source, row.call) for row in measured().rows]
    assert sorted(rows) == sorted((name, call) for name, told in SOURCES.items() for call in told.calls.split())
    assert not [row for row in measured().rows if row.outcome in {"hangs", "untried"}]


def test_negative_strides_are_found_without_ending_this_process() -> None:
    lines = [line for line in measured().hazards if line.startswith("negative stride: ")]
    died = [row for row in measured().rows if row.outcome == "dies"]
    assert all(row.reason == "ended by SIGABRT" and row.call == "torch.from_dlpack" for row in died)
    assert bool(died) == any("from_numpy raises, from_dlpack aborts on torch " in line for line in lines)


def test_a_record_is_drawn_by_show() -> None:
    assert repr(show(measured())).startswith(f"{len(measured().rows)} conversions, measured with torch ")


@pytest.mark.parametrize("timeout", [0, -1.0, math.nan, math.inf, "soon", None, True])
def test_a_timeout_is_a_number_above_0(timeout: Any) -> None:
    with pytest.raises(UnsupportedError, match="timeout is a number of seconds above 0; got"):
        conversions(timeout=timeout)
