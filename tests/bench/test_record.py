from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest
from support.laboratory import double, header, run, skipped, workload

from tensorlab.bench.backends.constant import always
from tensorlab.bench.record import Catalogue, Header, Run, Skipped
from tensorlab.codec import decode, encode
from tensorlab.errors import LayoutError, StoreError


def test_catalogues_add_up_and_the_later_implementation_wins() -> None:
    mine, yours = always(double), always(double)
    first = Catalogue((workload("a"),), {("numpy", "a"): mine})
    second = Catalogue((workload("b"),), {("numpy", "b"): mine, ("numpy", "a"): yours})
    both = first + second
    assert [item.name for item in both.workloads] == ["a", "b"]
    assert both.implementations == {("numpy", "a"): yours, ("numpy", "b"): mine}


def test_rows_and_header_survive_json() -> None:
    missing = skipped("memory", "needs 1 B", named=True)
    assert decode(Run, encode(run())) == run()
    assert decode(Skipped, encode(missing)) == missing
    assert decode(Header, encode(header())) == header()


@pytest.mark.parametrize("wall", [(), (nan,), (inf,), (1.0, -1e-9)])
def test_a_run_refuses_seconds_that_no_clock_says(wall: tuple[float, ...]) -> None:
    with pytest.raises(LayoutError, match="wall is one or more finite numbers of seconds, none below 0; got"):
        replace(run(), wall=wall)
    with pytest.raises(StoreError, match="wall is one or more finite numbers of seconds"):
        decode(Run, {**encode(run()), "wall": encode(wall)})  # type: ignore[dict-item]  # a record is an object


def test_a_run_refuses_blocks_without_calls_and_a_first_call_before_it_began() -> None:
    with pytest.raises(LayoutError, match="a block holds 1 call or more; got 0"):
        replace(run(), loops=0)
    with pytest.raises(LayoutError, match=r"first is one or more .* got -1.0"):
        replace(run(), first=-1.0)
