import pytest
import torch

from tensorlab.bench.host.devices import device_name, torch_device
from tensorlab.errors import UnavailableError, UnknownNameError


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """A torch that reports two CUDA devices."""
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A torch that reports no accelerator."""
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)


def test_the_cpu_is_always_there() -> None:
    assert torch_device("cpu") == torch.device("cpu")


@pytest.mark.usefixtures("two_gpus")
def test_devices_that_are_there() -> None:
    assert [torch_device(name) for name in ("cuda", "cuda:0", "cuda:1")] == [
        torch.device("cuda"),
        torch.device("cuda", 0),
        torch.device("cuda", 1),
    ]


@pytest.mark.usefixtures("two_gpus")
@pytest.mark.parametrize("name", ["cuda:2", "mps", "xpu:0"])
def test_devices_that_are_not_there_beside_others(name: str) -> None:
    with pytest.raises(UnavailableError, match=name.removesuffix(":0")):
        torch_device(name)


@pytest.mark.usefixtures("no_gpu")
def test_no_accelerator_at_all() -> None:
    with pytest.raises(UnavailableError, match="reports no cuda device\nhint: 'cpu' is always there"):
        torch_device("cuda")


@pytest.mark.parametrize(
    "name", ["cudda", "", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "CPU", "cuda:0:1", "cuda 0", "meta"]
)
def test_names_of_no_device(name: str) -> None:
    with pytest.raises(UnknownNameError, match="no device is called"):
        torch_device(name)


def test_a_torch_device_is_taken_as_its_name() -> None:
    assert torch_device(torch.device("cpu")) == torch.device("cpu")
    with pytest.raises(UnknownNameError, match="no device is called 'meta'"):
        torch_device(torch.device("meta"))


@pytest.mark.parametrize("odd", [None, 3, ["cpu"]])
def test_what_is_no_name_is_no_device(odd: object) -> None:
    with pytest.raises(UnknownNameError, match="no device is called"):
        device_name(odd, ("cpu",))


def test_a_type_that_is_not_among_those_is_no_device() -> None:
    assert device_name("cuda:1", ["cpu", "cuda"]) == "cuda:1"
    with pytest.raises(UnknownNameError, match="no device is called 'mps'\nhint: known: cpu, cuda"):
        device_name("mps", ["cpu", "cuda"])
