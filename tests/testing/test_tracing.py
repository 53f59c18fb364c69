from __future__ import annotations

from typing import Any

import pytest
import torch

import tensorlab.testing.tracing as module
from tensorlab.errors import UnavailableError
from tensorlab.testing import check_compiled, check_fake


@pytest.mark.parametrize(
    ("fn", "specs"),
    [
        (torch.add, ("float32[n, m]", "float32[n, m]")),
        (torch.clone, ("float32[...]",)),
        (torch.bmm, ("float32[2, n, m]", "float32[2, m, k]")),
        (lambda x: x.sort(0), ("float32[n, m]",)),
    ],
)
def test_predictions_that_hold(fn: Any, specs: tuple[str, ...]) -> None:
    found = check_fake(fn, *specs, examples=60)
    assert found.passed, found.findings
    assert found.tested == 60


@torch.library.custom_op("tensorlab_tests::turned", mutates_args=())
def turned(x: torch.Tensor) -> torch.Tensor:
    """Gives what lies transposed, and says that it does not."""
    return x.t().contiguous().t()


@turned.register_fake
def _(x: torch.Tensor) -> torch.Tensor:
    return torch.empty_like(x, memory_format=torch.contiguous_format)


def test_a_prediction_that_does_not_hold() -> None:
    found = check_fake(turned, "float32[2, 3]", examples=20)
    (one,) = found.findings
    assert (one.verdict, one.confirmed) == ("SILENT-WRONG", True)
    assert one.message.startswith(
        "result: fake tensors predict shape (2, 3), strides (3, 1), float32; it has shape (2, 3), strides (1, 2), "
    )


def test_what_cannot_be_predicted_is_said() -> None:
    found = check_fake(lambda x: x * float(x.sum()), "float32[3]", examples=10)
    assert found.tested == 0
    assert "fake tensors are refused" in found.skipped[0][0]


def test_without_fake_tensors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fake_mode", lambda: None)
    with pytest.raises(UnavailableError, match="no fake tensors"):
        check_fake(torch.neg, "float32[2]")


def test_compiled_functions_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "has_compiler", lambda: False)
    with pytest.raises(UnavailableError, match=r"needs a C[+][+] compiler") as raised:
        check_compiled(torch.neg, "float32[2]")
    assert "aot_eager" in raised.value.hint
    found = check_compiled(lambda x: x.t() * 2, "float32[2, 3]", backend="aot_eager", examples=6)
    assert found.passed, found.findings
    assert found.tested == 6


def test_a_compiled_function_that_differs() -> None:
    def differs(x: torch.Tensor) -> torch.Tensor:
        return x + 1 if torch.compiler.is_compiling() and not x.is_contiguous() else x * 1

    found = check_compiled(differs, "float32[2, 2]", backend="eager", examples=8)
    assert found.findings[0].message.startswith("the compiled result: element (0, 0) is ")
