import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from tensorlab.bench.host import torch_facts as module
from tensorlab.bench.host.torch_facts import accelerators, torch_facts


def test_it_answers_in_json_on_one_line() -> None:
    command = [sys.executable, "-m", "tensorlab.bench.host.torch_facts"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    facts = json.loads(done.stdout.splitlines()[-1])
    assert facts["version"] == torch.__version__
    assert facts["file"] == torch.__file__
    assert facts["vector code"] == torch.backends.cpu.get_cpu_capability()


def test_it_does_not_need_numpy() -> None:
    code = "import sys; sys.modules['numpy'] = None; import tensorlab.bench.host.torch_facts as t; t.torch_facts()"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_accelerators_are_named_with_model_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = SimpleNamespace(name="NVIDIA H100", total_memory=80 * 2**30)
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    monkeypatch.setattr(torch, "get_device_module", lambda _: SimpleNamespace(get_device_properties=lambda _: facts))
    assert accelerators() == (("cuda:0", "NVIDIA H100", 80 * 2**30), ("cuda:1", "NVIDIA H100", 80 * 2**30))
    assert torch_facts()["accelerators"] == [
        ["cuda:0", "NVIDIA H100", 80 * 2**30],
        ["cuda:1", "NVIDIA H100", 80 * 2**30],
    ]


def test_an_accelerator_without_properties_is_still_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("mps"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 1)
    monkeypatch.setattr(torch, "get_device_module", lambda _: SimpleNamespace())
    assert accelerators() == (("mps:0", "", 0),)


def test_the_build_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(torch.version, "hip", None, raising=False)
    assert torch_facts()["built for"] == "CPU"
    monkeypatch.setattr(torch.version, "hip", "6.4")
    assert torch_facts()["built for"] == "ROCm 6.4"
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    assert torch_facts()["built for"] == "CUDA 13.0"


def test_libraries_are_read_from_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "PyTorch built with:\n  - GCC 13\n  - Intel(R) MKL-DNN v3.12.0 (Git Hash 80af)\n"
    text += "  - Build settings: BLAS_INFO=open, BUILD_TYPE=Release\n"
    monkeypatch.setattr(torch.__config__, "show", lambda: text)
    assert module._linear_algebra() == ["MKL-DNN v3.12.0", "BLAS: open"]
