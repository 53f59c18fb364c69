import os

import pytest
import torch
from support.probe import run_python

from tensorlab.models.profiling.allocation import QUIET, DeviceAllocator, ProcessorAllocator, allocator_of

SILENT = """
import torch
from tensorlab.models.profiling.allocation import ProcessorAllocator
with ProcessorAllocator() as allocator:
    allocator.mark()
"""


def test_bytes_at_the_end_of_a_stretch_and_at_most_within_it() -> None:
    with ProcessorAllocator() as allocator:
        one = torch.ones(1000)
        allocator.mark()
        two = one + 1
        del two
        allocator.mark()
        allocator.mark()
        del one
        allocator.mark()
    found = allocator.stretches()
    assert [counted.alive for counted in found] == [4000, 4000, 4000, 0]
    assert [counted.peak // 100 for counted in found] == [40, 80, 40, 40]  # a scalar takes a few bytes for itself


def test_workspaces_are_seen_that_no_tensor_stands_for() -> None:
    layer, given = torch.nn.Conv2d(8, 8, 3), torch.zeros(2, 8, 16, 16)
    with torch.no_grad(), ProcessorAllocator() as allocator:
        made = layer(given)
        allocator.mark()
    (counted,) = allocator.stretches()
    assert counted.alive == made.nbytes
    assert counted.peak >= counted.alive


def test_the_variable_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    with ProcessorAllocator():
        pass
    assert QUIET[0] not in os.environ
    monkeypatch.setenv(QUIET[0], "5")
    with ProcessorAllocator():
        assert os.environ[QUIET[0]] == "5"
    assert os.environ[QUIET[0]] == "5"


def test_it_writes_nothing_to_stderr() -> None:
    ran = run_python(SILENT)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_an_error_inside_comes_through() -> None:
    with pytest.raises(ZeroDivisionError, match="division"), ProcessorAllocator():
        1 / 0  # noqa: B018 - it is to raise


def test_a_device_is_asked_at_each_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """No device is needed: what ``torch.cuda`` says is put in its place."""
    said = iter([(100, 100), (140, 160), (120, 150)])
    now = [next(said)]
    monkeypatch.setattr(
        torch.cuda,
        "memory_stats",
        lambda _: {"requested_bytes.all.current": now[0][0], "requested_bytes.all.peak": now[0][1]},
    )
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda _: None)
    with DeviceAllocator(torch.device("cuda")) as allocator:
        for _ in range(2):
            now[0] = next(said)
            allocator.mark()
    assert [tuple(counted) for counted in allocator.stretches()] == [(40, 60), (20, 50)]
    found = allocator_of(torch.device("cuda"))
    assert found is not None
    assert found.name == "torch.cuda"
