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
    writes = WriteLog(tracer).counted(number(tracer, x), 0, (0, 3))
    assert [(write.op, write.versions) for write in writes] == [("add_", (0, 1)), ("mul_", (1, 2)), ("copy_", (2, 3))]
    assert [write.op for write in WriteLog(tracer).counted(number(tracer, x), 0, (1, 2))] == ["mul_"]


def test_a_write_through_data_is_not_counted_and_only_what_it_meets_is_harmed() -> None:
    with Tracer() as tracer:
        x = torch.zeros(4)
        x.data[2:].mul_(2)
        x.add_(1)
    log, storage = WriteLog(tracer), number(tracer, x)
    assert [write.op for write in log.counted(storage, 0, (0, 1))] == ["add_"]
    assert [write.op for write in log.uncounted(storage, describe(x), 0)] == ["mul_", "add_"]
    assert [write.op for write in log.uncounted(storage, describe(x[:2]), 0)] == ["add_"]


def test_an_array_over_the_same_memory_is_another_storage() -> None:
    with Tracer() as tracer:
        x = torch.zeros(4)
        x.add_(0)
        torch.from_numpy(x.numpy()).add_(1)
    log = WriteLog(tracer)
    assert [write.op for write in log.uncounted(number(tracer, x), describe(x), 1)] == ["add_"]


def test_a_tensor_that_was_given_another_storage_was_written() -> None:
    with Tracer() as tracer:
        x = torch.zeros(4)
        x.set_(torch.ones(4))  # type: ignore[call-overload]  # torch's stubs do not have this form
    (write,) = WriteLog(tracer).counted(number(tracer, x), 0, (0, 1))
    assert (write.op, write.versions) == ("set_", (0, 1))


def test_memory_that_is_used_again_is_not_taken_for_what_was_there() -> None:
    with Tracer() as tracer:
        for _ in range(3):
            torch.zeros(1000).add_(1)  # torch gives the same address each time
        x = torch.zeros(1000)
        last = len(tracer.events)
    assert WriteLog(tracer).uncounted(number(tracer, x), describe(x), last) == ()
