from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.optimizers.script import optimizer_script
from tensorlab.testing.optimizers.trial import Optimized, optimized
from tensorlab.testing.record import Case, Finding, Laid

if TYPE_CHECKING:
    import pytest

KIND = dtype("float32")


def laid(*strides: int) -> Laid:
    layout = Layout((2, 2), strides, itemsize=4)
    return Laid(layout=layout, dtype=KIND, nbytes=20, classes=frozenset({"contiguous"}))


def found(*arguments: Laid) -> Finding:
    return Finding(verdict="SILENT-WRONG", contract="in-place", case=Case(arguments=arguments), message="")


def never(*_: object) -> bool:
    return False


def test_a_right_optimizer_confirms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.testing.optimizers.script.fails_as_said", never)
    done = optimizer_script(optimized(torch.optim.SGD, {"lr": 0.5}, 1, KIND), found(laid(4, 8), laid(8, 4)))
    assert not done.confirmed
    assert done.script.splitlines()[:2] == [
        "import torch",
        "def run(p, g): p.grad = g; o = torch.optim.SGD([p], lr=0.5); o.step()",
    ]
    assert len(done.script.splitlines()) == 3


def test_a_loaded_state_is_in_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.testing.optimizers.script.fails_as_said", never)
    subject = optimized(torch.optim.AdamW, {"fused": True}, 2, KIND)
    done = optimizer_script(subject, found(laid(4, 8), laid(4, 8), laid(8, 4), laid(8, 4)))
    assert '"exp_avg": s0, "exp_avg_sq": s1' in done.script
    assert "[o.step() for _ in range(2)]" in done.script
    assert "tensorlab" not in done.script


def test_a_nameless_function_is_said() -> None:
    subject = Optimized(lambda parameters: torch.optim.SGD(parameters, lr=1.0), {}, 1, {})
    assert "no name" in optimizer_script(subject, found(laid(8, 4), laid(8, 4))).script
