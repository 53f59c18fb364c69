from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from tensorlab.bench.backends import tensor
from tensorlab.bench.workloads.dense import dense
from tensorlab.layout.dtype import dtype

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], list[torch.device]]:
    """Let torch report an accelerator; returns what is synchronised."""

    def report(kind: str, count: int) -> list[torch.device]:
        synchronized: list[torch.device] = []
        monkeypatch.setattr(torch.accelerator, "is_available", lambda: count > 0)
        monkeypatch.setattr(torch.accelerator, "device_count", lambda: count)
        monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device(kind) if count else None)
        monkeypatch.setattr(torch.accelerator, "synchronize", synchronized.append)
        return synchronized

    return report


def test_without_an_accelerator_there_is_the_cpu(pretend: Callable[[str, int], object]) -> None:
    pretend("cuda", 0)
    assert tensor.devices() == ("cpu",)
    assert tensor.missing("cpu") == ""
    assert tensor.missing("cuda") == f"torch {torch.__version__} reports no cuda device"


@pytest.mark.parametrize("kind", ["cuda", "mps", "xpu"])
def test_an_accelerator_that_torch_reports_is_there(pretend: Callable[[str, int], object], kind: str) -> None:
    pretend(kind, 2)
    assert tensor.devices() == ("cpu", kind)
    assert tensor.missing(kind) == tensor.missing(f"{kind}:1") == ""
    assert tensor.missing(f"{kind}:2") == f"torch reports 2 {kind} devices, numbered from 0; {kind}:2 is none of them"
    assert tensor.missing("mtia").endswith("reports no mtia device")


def test_only_an_accelerator_is_waited_for(pretend: Callable[[str, int], list[torch.device]]) -> None:
    synchronized = pretend("cuda", 2)
    tensor.synchronize("cpu")
    assert synchronized == []
    tensor.synchronize("cuda:1")
    assert synchronized == [torch.device("cuda:1")]


def test_free_memory_is_asked_of_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (device.index, 99))
    assert tensor.free("cuda:7") == 7
    assert tensor.free("mps") is None
    assert tensor.free("cpu") is None or tensor.free("cpu")


def test_what_a_device_lacks_is_one_sentence() -> None:
    assert tensor.lacks("mps", dtype("float64")) == "mps has no float64"
    assert tensor.lacks("mps:0", dtype("float32")) == tensor.lacks("cuda", dtype("float64")) == ""


@pytest.mark.parametrize("name", ["float64", "bfloat16", "float16"])
def test_floats_are_read_in_float64(name: str) -> None:
    placed = tensor.BACKEND.place(dense((2, 3), dtype(name), "index"), "cpu", 0)
    assert tensor.values(placed).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert tensor.values(placed).dtype == np.float64
    assert tensor.values(torch.tensor([True])).dtype == np.bool_
    assert tensor.values(torch.ones(2, requires_grad=True)).tolist() == [1, 1]


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
def test_a_gpu_is_found_filled_and_waited_for() -> None:
    assert "cuda" in tensor.devices()
    placed = tensor.BACKEND.place(dense((4,), dtype("bfloat16"), "index"), "cuda", 0)
    tensor.synchronize("cuda")
    assert tensor.values(placed).tolist() == [0, 1, 2, 3]
    assert (tensor.free("cuda") or 0) > 0
