from __future__ import annotations

import pytest
import torch

from tensorlab.bench.offload.timing import graph_seconds, kernel_seconds, overlapped_seconds
from tensorlab.bench.offload.torch_machine import Slot, TorchMachine, eighths, present
from tensorlab.bench.pairing.counters import read
from tensorlab.errors import UnavailableError


@pytest.fixture
def cpu() -> TorchMachine:
    """The CPU in the place of an accelerator: it takes the same calls, and has done them when they return."""
    return TorchMachine("cpu")


def test_without_an_accelerator_there_is_none() -> None:
    assert (present("cuda") is None) is not torch.cuda.is_available()
    assert present("cpu") is None
    assert present("mtia:7") is None


def test_the_work_is_placed_so_many_times_and_computed(cpu: TorchMachine) -> None:
    one, other = torch.rand(4, 4), torch.rand(4, 4)
    work = cpu.work(torch.mm, (one, other), "float32", sets=5)
    assert len(work.calls) == 5
    assert len(work.pageable) == 3
    for call in work.calls:
        call()
    for trip in work.pageable:
        trip.upload()
        trip.call()
        trip.download()
    cpu.wait()
    result = work.result()
    assert isinstance(result, torch.Tensor)
    assert torch.allclose(result, one @ other)


def test_a_trip_takes_the_operands_there_and_the_result_back() -> None:
    given = torch.ones(3)
    slot = Slot(torch.neg, [given], torch.device("cpu"), locked=False)
    assert slot.there[0].data_ptr() != given.data_ptr()
    given.fill_(5)
    slot.call()
    assert slot.result.tolist() == [-1, -1, -1]  # it has its own operands until they are uploaded
    slot.upload()
    slot.call()
    slot.download()
    assert slot.back.tolist() == [-5, -5, -5]


def test_what_the_cpu_has_not(cpu: TorchMachine) -> None:
    work = cpu.work(torch.neg, (torch.ones(3),), "bfloat16", sets=2)
    with pytest.raises(UnavailableError, match="no events with times on cpu"):
        kernel_seconds(cpu, work.calls)
    with pytest.raises(UnavailableError, match="graphs are CUDA's; cpu has none"):
        graph_seconds(cpu, work.calls)
    with pytest.raises(UnavailableError, match="one stream only on cpu"):
        overlapped_seconds(cpu, work.pageable, read)
    with pytest.raises(UnavailableError, match="TF32 is CUDA's; cpu has none"):
        cpu.work(torch.mm, (torch.ones(2, 2), torch.ones(2, 2)), "tfloat32", sets=2)
    with pytest.raises(UnavailableError, match="cpu does not compute it in float32"):
        cpu.work(torch.mm, (torch.ones(2, 2), torch.ones(3, 2)), "float32", sets=2)
    assert cpu.clocks() is None
    assert cpu.cache == 0


def test_products_are_rounded_as_the_dtype_says_on_cuda_alone(cpu: TorchMachine) -> None:
    def seen() -> tuple[str, str]:
        convolutions = torch.backends.cudnn.conv  # type: ignore[attr-defined]  # torch puts an object in the module's place
        return convolutions.fp32_precision, torch.backends.cuda.matmul.fp32_precision

    before = seen()
    with cpu.rounding("tfloat32"):
        assert seen() == before
    cpu.kind = "cuda"
    for dtype, word in (("tfloat32", "tf32"), ("float32", "ieee"), ("bfloat16", "ieee")):
        with cpu.rounding(dtype):
            assert seen() == (word, word)
    assert seen() == before


@pytest.mark.parametrize("size", [1, 16, 90])
def test_a_product_of_floats_of_one_byte_has_any_size(cpu: TorchMachine, size: int) -> None:
    left, right = eighths([torch.rand(size, size), torch.rand(size, size)])
    found = cpu.work(torch.mm, (left, right), "float8_e4m3fn", sets=1).result()
    assert isinstance(found, torch.Tensor)
    torch.testing.assert_close(found.float(), left @ right, rtol=1e-2, atol=1e-2)


def test_floats_of_one_byte_are_rounded_on_the_host() -> None:
    (found,) = eighths([torch.tensor([1.0, 1.03, 300.0])])
    assert found.tolist() == [1.0, 1.0, 288.0]
    assert found.dtype == torch.float32


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
def test_a_gpu_tells_its_times_apart() -> None:
    machine = present("cuda")
    assert machine is not None
    one = torch.rand(256, 256)
    for dtype in ("float32", "tfloat32"):
        work = machine.work(torch.mm, (one, one), dtype, sets=4)
        result = work.result()
        assert isinstance(result, torch.Tensor)
        assert torch.allclose(result, one @ one, rtol=1e-2)
        kernel, graph = (sorted(ask(machine, work.calls, 5))[2] for ask in (kernel_seconds, graph_seconds))
        overlapped = min(overlapped_seconds(machine, work.locked, read))
        assert 0 < graph < 2 * kernel < 1e-3
        assert overlapped > graph
    clocks = machine.clocks()
    assert clocks is None or clocks.mhz > 0
