from __future__ import annotations

import pytest
import torch

from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.pairing.record import Blocks
from tensorlab.bench.slowness.costs import (
    COPY,
    ITEM,
    LARGEST,
    MOST_OPERATORS,
    PRODUCT,
    ROWS,
    SMALL,
    TURNED,
    Yardsticks,
    fault_seconds,
    forecast,
    medians,
    yardsticks,
)
from tensorlab.bench.slowness.record import OpRun
from tensorlab.bench.slowness.traffic import Traffic

ADD = OpRun(name="aten.add.Tensor", kind="compute", calls=2, moved=1600, fetched=1600)
VIEW = OpRun(name="aten.t.default", kind="view", calls=3)


def traffic(*ops: OpRun) -> Traffic:
    return Traffic(ops, sum(op.moved for op in ops), 0)


def test_a_copy_of_as_many_bytes_as_the_largest_operator_moves_in_a_call() -> None:
    found = yardsticks(traffic(ADD, VIEW), None, "cpu", "float32")
    assert (list(found.calls), found.copied, found.flops, found.scale) == ([SMALL, COPY], 2 * ITEM * 10**2, 0, 1.0)
    copied = found.calls[COPY]()()
    assert isinstance(copied, torch.Tensor)
    assert copied.shape == (10, 10)


def test_a_copy_is_no_larger_than_what_there_is_memory_for() -> None:
    huge = OpRun(name="aten.add.Tensor", kind="compute", moved=1 << 40, fetched=1 << 40)
    assert yardsticks(traffic(huge), None, "cpu", "float32").copied <= LARGEST


def test_no_yardstick_that_the_call_does_not_need() -> None:
    found = yardsticks(traffic(), None, "cpu", "float32")
    assert (list(found.calls), found.copied) == ([SMALL], 0)
    assert found.calls[SMALL]()() is None


def test_a_transposed_copy_and_a_product() -> None:
    op = OpRun(name="aten.mm.default", kind="compute", moved=1600, fetched=1600, turned=1600, flops=10)
    found = yardsticks(traffic(op), None, "cpu", "float64")
    assert (list(found.calls), found.flops) == ([SMALL, COPY, TURNED, PRODUCT], 2 * ROWS**3)
    turned = found.calls[TURNED]()()
    assert isinstance(turned, torch.Tensor)
    assert turned.shape == (14, 14)


def test_the_small_call_itself_where_there_is_one() -> None:
    def small() -> int:
        return 5

    assert yardsticks(traffic(ADD), small, "cpu", "float32").calls[SMALL]() is small


def test_of_many_operators_some_stand_for_all() -> None:
    many = OpRun(name="aten.add.Tensor", kind="compute", calls=4 * MOST_OPERATORS)
    assert yardsticks(traffic(many), None, "cpu", "float32").scale == 4.0


STICKS = Yardsticks({}, copied=100, flops=1000, scale=2.0)


@pytest.mark.parametrize(
    ("op", "memory", "compute"),
    [
        (OpRun(name="a", kind="compute", moved=50, fetched=50), 4.0, 0.0),
        (OpRun(name="a", kind="compute", moved=50, fetched=100), 8.0, 0.0),
        (OpRun(name="a", kind="copy", moved=100, fetched=100, turned=50), 4.0 + 12.0, 0.0),
        (OpRun(name="a", kind="compute", moved=50, fetched=50, flops=4000), 0.0, 16.0),
        (OpRun(name="a", kind="compute", moved=50, fetched=50, flops=500), 4.0, 0.0),
        (OpRun(name="a", kind="view"), 0.0, 0.0),
    ],
)
def test_what_each_operator_takes(op: OpRun, memory: float, compute: float) -> None:
    seconds = {SMALL: 1.0, COPY: 10.0, TURNED: 26.0, PRODUCT: 4.0}
    found = dict(forecast(traffic(op), STICKS, seconds, 0.5))
    assert found == {"dispatch": 2.0, "memory": memory, "compute": compute, "page faults": 0.5}


def test_a_copy_that_was_faster_than_an_operator_costs_nothing() -> None:
    found = dict(forecast(traffic(ADD), STICKS, {SMALL: 10.0, COPY: 1.0, PRODUCT: 0.0}, 0.0))
    assert found == {"dispatch": 20.0, "memory": 0.0, "compute": 0.0, "page faults": 0.0}


def test_medians_of_a_call() -> None:
    columns = dict.fromkeys(("turn", "round", "repeat", "switches", "faults"), (0, 1, 2))
    one = Blocks(
        name="a", loops=2, wall=(2.0, 4.0, 12.0), cpu=(2.0, 2.0, 2.0), first=1.0, first_faults=0, **columns
    )  # fmt: skip
    assert (medians((one,), "wall"), medians((one,), "cpu")) == ({"a": 2.0}, {"a": 1.0})


@pytest.mark.parametrize(
    ("cpu", "faults", "seconds"), [([0, 8, 8, 10], 3, 2.0), ([0, 1, 1, 9], 3, 0.0), ([0, 8, 8, 10], 0, 0)]
)
def test_seconds_of_a_page_fault(cpu: list[int], faults: int, seconds: float) -> None:
    readings = iter([Reading(0, cpu[0], 0, 0, 0), *(Reading(0, time, 0, 0, faults) for time in cpu[1:])])
    assert fault_seconds(lambda: next(readings)) == seconds
