"""Writes among calls that were recorded."""

from __future__ import annotations

import torch

from tensorlab.autograd.findings.writes import WriteLog
from tensorlab.dispatch.tracer import Tracer
from tensorlab.memory.registry import describe


def number(tracer: Tracer, tensor: torch.Tensor) -> int:
    found = tracer.storage_number(tensor.untyped_storage())
    assert found is not None
    return found


def test_the_writes_that_moved_the_count_in_their_order() -> None:
    with Tracer() as tracer:
        x = torch.zeros(4)
        x.add_(1)
        x[1:].mul_(2)
        x[0] = 3
    writes = WriteLog(tracer.calls).counted(number(tracer, x), 0, (0, 3))
    assert [(write.op, write.versions) for write in writes] == [("add_", (0, 1)), ("mul_", (1, 2)), ("copy_", (2, 3))]
    assert [write.op for write in WriteLog(tracer.calls).counted(number(tracer, x), 0, (1, 2))] == ["mul_"]


def test_a_write_through_data_is_not_counted_and_only_what_it_meets_is_harmed() -> None:
    with Tracer() as tracer:
        x = torch.zeros(4)
        x.data[2:].mul_(2)
        x.add_(1)
    log, storage = WriteLog(tracer.calls), number(tracer, x)
    assert [write.op for write in log.counted(storage, 0, (0, 1))] == ["add_"]
    assert [write.op for write in log.uncounted(storage, describe(x), 0)] == ["mul_", "add_"]
    assert [write.op for write in log.uncounted(storage, describe(x[:2]), 0)] == ["add_"]


def test_an_array_over_the_same_memory_is_another_storage() -> None:
    with Tracer() as tracer:
        x = torch.zeros(4)
        x.add_(0)
        torch.from_numpy(x.numpy()).add_(1)
    log = WriteLog(tracer.calls)
    assert [write.op for write in log.uncounted(number(tracer, x), describe(x), 1)] == ["add_"]
