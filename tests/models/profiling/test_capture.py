import pytest
import torch
from torch import nn

from tensorlab.models.profiling.capture import capture
from tensorlab.models.profiling.gathering import Captured
from tensorlab.models.profiling.keeping import Given
from tensorlab.models.profiling.passing import run, stepping, task_of

CPU = torch.device("cpu")


def captured(module: nn.Module, *args: object, train: bool = False) -> Captured:
    task = stepping(task_of(module, Given(args, {}), train=train))
    run(task.fresh())
    return capture(task.fresh(), CPU)


SMALL = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(288, 5))


@pytest.mark.parametrize("train", [False, True])
def test_our_bytes_are_the_allocators_at_the_end_of_every_row(*, train: bool) -> None:
    found = captured(SMALL, torch.randn(4, 3, 8, 8), train=train)
    assert found.allocator == "torch.profiler"
    assert [row.alive for row in found.rows] == [row.counted for row in found.rows]
    assert all(row.counted_peak is not None and row.counted_peak >= row.peak - 64 for row in found.rows)


def test_layouts_and_sources() -> None:
    rows = captured(SMALL, torch.randn(4, 3, 8, 8)).rows
    told = [(row.kind, row.outputs[0].layout.shape, row.outputs[0].source) for row in rows]
    assert told == [
        ("Conv2d", (4, 8, 6, 6), "new"),
        ("BatchNorm2d", (4, 8, 6, 6), "new"),
        ("ReLU", (4, 8, 6, 6), "given"),
        ("Flatten", (4, 288), "view"),
        ("Linear", (4, 5), "new"),
    ]
    assert rows[0].outputs[0].layout.strides == (1152, 144, 24, 4)


def test_channels_last_is_named() -> None:
    given = torch.randn(2, 4, 6, 6).to(memory_format=torch.channels_last)
    output = captured(nn.Conv2d(4, 8, 3), given).rows[0].outputs[0]
    assert (output.format, output.layout.strides[1]) == ("channels_last", 4)

    class Turned(nn.Module):
        def forward(self, given: torch.Tensor) -> torch.Tensor:
            return given.t()

    turned = captured(Turned(), torch.zeros(2, 3)).rows[0]
    assert (turned.outputs[0].format, turned.views, turned.moved) == ("strided", 1, 0)


def test_phases_of_a_training_step() -> None:
    rows = captured(SMALL, torch.randn(4, 3, 8, 8), train=True).rows
    forward = [row.name for row in rows if row.phase == "forward"]
    backward = [row.name for row in rows if row.phase == "backward"]
    assert forward == ["0", "1", "2", "3", "4", "loss"]
    assert backward == ["loss", "4", "3", "2", "1", "0"]
    assert [row.name for row in rows if row.phase == "optimizer"] == ["optimizer"]


def test_storages_from_before_have_their_names() -> None:
    blocks = captured(SMALL, torch.randn(4, 3, 8, 8), train=True).blocks
    before = {block.name: block for block in blocks if block.born == -1}
    assert before["0.weight"].nbytes == 4 * 8 * 27
    assert before["1.running_mean"].role == "buffer"
    assert before["input 0"].role == "input"
    assert before["state of the optimizer"].role == "state"
    gradients = [block for block in blocks if block.role == "gradient" and block.died == -1]
    assert sum(block.nbytes for block in gradients) == 4 * sum(one.numel() for one in SMALL.parameters())
