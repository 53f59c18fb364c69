from __future__ import annotations

import pytest
import torch

from tensorlab.bench.ceilings.device_probes import device_batches
from tensorlab.bench.ceilings.torch_device import TorchDevice, present
from tensorlab.errors import UnavailableError


def test_without_an_accelerator_there_is_none() -> None:
    assert len(present()) == int(torch.accelerator.is_available())


@pytest.fixture
def cpu() -> TorchDevice:
    """The CPU in the place of an accelerator: it takes the same calls, and has done them when they return."""
    return TorchDevice("cpu")


def test_buffers_copies_products_and_waiting(cpu: TorchDevice) -> None:
    here, there = cpu.host(64, locked=False), cpu.buffer(64)
    there.zero_()
    cpu.copy(here, there)()
    cpu.wait()
    assert torch.equal(here, there)
    cpu.small()()
    assert cpu.product("float32", 8)() is None
    for dtype in ("bfloat16", "int8"):
        assert cpu.product(dtype, 32)() is not None


def test_a_product_leaves_the_precision_as_it_was(cpu: TorchDevice) -> None:
    before = torch.get_float32_matmul_precision()
    cpu.product("tfloat32", 8)()
    assert torch.get_float32_matmul_precision() == before


def test_what_torch_refuses_is_not_there(cpu: TorchDevice) -> None:
    with pytest.raises(UnavailableError, match="no product of bool"):
        cpu.product("bool", 8)
    if not torch.accelerator.is_available():
        with pytest.raises(UnavailableError, match="no page-locked memory"):
            cpu.host(64, locked=True)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
def test_an_accelerator_is_measured() -> None:
    labels = [batch.label for device in present() for batch in device_batches(device)]
    assert any("transfers" in label for label in labels)
