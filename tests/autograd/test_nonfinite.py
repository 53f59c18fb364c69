"""Births of NaN, against torch's anomaly mode and against a checker that keeps every tensor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.checkpoint import checkpoint

import tensorlab
from tensorlab.api.autograd_scripts import run_recorded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tensorlab.autograd.births.record import NanFinding


def found_in(function: Callable[[torch.Tensor], torch.Tensor], *numbers: float, backward: bool = False) -> NanFinding:
    x = torch.tensor(numbers or (1.0, 2.0, 3.0), requires_grad=True)
    with tensorlab.recording() as rec:
        loss = function(x).sum()
        if backward:
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    before = x.grad
    finding: NanFinding = rec.find_nan(loss)
    assert x.grad is before
    return finding


FORWARD: dict[str, tuple[Callable[[torch.Tensor], torch.Tensor], str, str]] = {
    "log": (lambda x: (-x).log(), "log", "NaN"),
    "0/0": (lambda x: (x - x) / (x - x), "div", "NaN"),
    "inf-inf": (lambda x: x * 1e38 * 1e3 - x * 1e38 * 1e3, "sub", "NaN"),
    "exp": (lambda x: (x * 1000).exp(), "exp", "Inf"),
    "half": (lambda x: x.half() * 60000 * 2, "mul", "Inf"),
    "softmax": (lambda x: x.masked_fill(x > 0, -torch.inf).softmax(0), "softmax", "NaN"),
    "log_softmax": (lambda x: x.masked_fill(x > 0, -torch.inf).log_softmax(0), "log_softmax", "NaN"),
    "in place": (lambda x: (x * -1).sqrt_(), "sqrt_", "NaN"),
    "pow": (lambda x: (-x) ** 0.5, "pow", "NaN"),
    "acos": (lambda x: (x + 1).acos(), "acos", "NaN"),
    "variance of one": (lambda x: x * 0 / (x * 0).norm(), "div", "NaN"),
    "written": (lambda x: x * torch.zeros(3).fill_(torch.nan), "fill_", "NaN"),
}


@pytest.mark.parametrize("name", FORWARD)
def test_a_forward_birth(name: str) -> None:
    function, op, what = FORWARD[name]
    finding = found_in(function)
    first = finding.first
    assert first is not None
    assert (first.op, first.what, first.phase, first.masked) == (op, what, "forward", False)
    assert finding.loss == what
    assert re.fullmatch(r"test_nonfinite\.py:\d+", first.line)


BACKWARD: dict[str, tuple[Callable[[torch.Tensor], torch.Tensor], str]] = {
    "where": (lambda x: torch.where(x > 1, (x - 1).sqrt(), 0), "SqrtBackward0"),
    "norm by hand": (lambda x: (x * 0).pow(2).sum().sqrt(), "SqrtBackward0"),
    "acos": (lambda x: (x * 0 + 1).acos(), "AcosBackward0"),
    "pow": (lambda x: (x * 0) ** 0.5, "PowBackward0"),
}


@pytest.mark.filterwarnings("ignore:Anomaly Detection", "ignore:Error detected")
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("name", BACKWARD)
def test_a_backward_birth_is_that_of_anomaly_mode(name: str, backward: bool) -> None:  # noqa: FBT001 - drawn
    function, node = BACKWARD[name]
    first = found_in(function, backward=backward).first
    assert first is not None
    assert (first.node, first.phase, first.op) == (node, "backward", node.removesuffix("Backward0").lower())
    assert re.fullmatch(r"test_nonfinite\.py:\d+", first.line)
    if first.nans:  # infinities do not concern anomaly mode
        x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
        with (
            torch.autograd.detect_anomaly(),
            pytest.raises(RuntimeError, match=f"'{node}' returned nan"),
        ):
            function(x).sum().backward()  # type: ignore[no-untyped-call]  # torch has no types here


@pytest.mark.parametrize("function", [lambda x: (x * 0).norm(), lambda x: torch.atan2(x * 0, x * 0)])
def test_a_node_that_puts_it_right_is_not_blamed(function: Callable[[torch.Tensor], torch.Tensor]) -> None:
    assert not found_in(function)
    assert not found_in(function, backward=True)


def test_an_infinity_for_a_softmax_is_no_finding() -> None:
    assert not found_in(lambda x: x.masked_fill(x > 2, -torch.inf).softmax(0))


def test_a_masked_nan_and_the_gradient_that_it_spoils() -> None:
    finding = found_in(lambda x: torch.where(x > 2, (x - 2).sqrt(), 0))
    (masked,) = finding.masked
    assert (masked.op, masked.nans, masked.numel, masked.masked) == ("sqrt", 1, 3, True)
    assert finding.first is not None
    assert finding.first.source in {"saved", "op"}
    assert finding.first.node == "SqrtBackward0"
    assert finding.loss == "finite"


@pytest.mark.parametrize(
    "function",
    [lambda x: (2 - x).log().nan_to_num(0.0, 0.0, 0.0), lambda x: (2 - x).log()[:1], lambda x: x + 0 * len((-x).log())],
)
def test_a_nan_that_goes_nowhere_is_masked(function: Callable[[torch.Tensor], torch.Tensor]) -> None:
    masked = found_in(function).masked
    assert [(one.op, one.phase) for one in masked] == [("log", "forward")]
    assert "masked: it did not reach the loss" in str(masked[0])


def test_what_came_in_was_made_by_no_operation() -> None:
    x = torch.tensor([float("nan"), 1.0], requires_grad=True)
    with tensorlab.recording() as rec:
        loss = (x * 2).log().sum()
    first = rec.find_nan(loss).first
    assert (first.source, first.op, first.nans) == ("came in", "a leaf float32 (2,)", 1)


def test_the_module_is_told() -> None:
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LogSigmoid())

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            made: torch.Tensor = self.head(x * float("1e38") * 1e3)
            return made

    net = Net()
    torch.nn.init.constant_(net.head[0].weight, -1.0)  # type: ignore[arg-type]  # a Linear's
    net.head[0].weight.data[:, 0] = 1.0  # type: ignore[operator]  # a Linear's
    with tensorlab.recording(net) as rec:
        loss = net(torch.ones(1, 2)).sum()
    first = rec.find_nan(loss).first
    assert first.op.startswith("addmm")
    assert first.module == "head.0"
    assert first.of.startswith("an infinity of mul test_nonfinite.py:")


def test_a_step_without_eps() -> None:
    p = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.Adam([p], eps=0)
    with tensorlab.recording() as rec:
        loss = (p * 0).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
        optimizer.step()
    first = rec.find_nan(loss).first
    assert first is not None
    assert first.op.startswith(("addcdiv", "foreach_addcdiv", "div", "foreach_div"))


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpoints_and_what_is_left_alone(reentrant: bool) -> None:  # noqa: FBT001 - drawn
    layer = torch.nn.Linear(2, 2)
    x = torch.zeros(1, 2, requires_grad=True)
    with tensorlab.recording() as rec:
        loss = checkpoint(layer, (x * 0).sqrt(), use_reentrant=reentrant).sum()
    state = torch.get_rng_state()
    finding = rec.find_nan(loss)
    assert torch.equal(torch.get_rng_state(), state)
    assert (layer.weight.grad, x.grad) == (None, None)
    assert (finding.first is None) == reentrant
    assert any("reentrant" in note for note in finding.notes) == reentrant
    loss.backward()
    assert x.grad is not None


def test_a_graph_that_was_freed_is_said() -> None:
    x = torch.ones(2, requires_grad=True)
    with tensorlab.recording() as rec:
        loss = x.exp().sum()
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert rec.find_nan(loss).notes[0].startswith("backward cannot be run again")


SCRIPTS: dict[str, tuple[str, str]] = {
    "at the third step": (
        """
x = torch.tensor([2.0], requires_grad=True)
o = torch.optim.SGD([x], lr=1.0)
for _ in range(4):
    l = torch.sqrt(x).sum()
    o.zero_grad(); l.backward(); o.step()
    with torch.no_grad(): x -= 1
""",
        "NaN first made by sqrt s.py:5: its one element, from finite inputs",
    ),
    "in backward, at a step before": (
        """
x = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(3):
    l = torch.sqrt(x).sum()
    x.grad = None; l.backward()
    with torch.no_grad(): x -= 2 * x.grad
""",
        "NaN first made by sqrt s.py:4: 1 of 2 elements, from an infinity of SqrtBackward0 s.py:4",
    ),
    "a step that was left out": (
        """
x = torch.tensor([1.0, 2.0], requires_grad=True)
for k in (1, -1, 1):
    l = torch.log(x * k).sum()
    l.backward()
""",
        "NaN first made by log s.py:4: 2 of 2 elements, from finite inputs",
    ),
    "given to the caller": (
        """
x = torch.tensor([0.0, 1.0], requires_grad=True)
g, = torch.autograd.grad(torch.sqrt(x).sum(), x)
""",
        "Inf first made by SqrtBackward0 (backward of sqrt) s.py:3: 1 of 2 elements, from finite inputs",
    ),
    "an item": (
        """
y = torch.ones(3, requires_grad=True) * 2
y[1] = float("nan")
y.sum().backward()
""",
        "NaN written by hand by setitem s.py:3: its one element, no operation made it",
    ),
    "an infinity by hand": (
        """
x = torch.full((2,), -float("inf")).requires_grad_()
torch.logsumexp(x, 0).backward()
""",
        (
            "NaN first made by LogsumexpBackward0 (backward of logsumexp) s.py:3: 2 of 2 elements, "
            "from an infinity of full s.py:2, written by hand"
        ),
    ),
    "a hook": (
        """
x = torch.ones(2, requires_grad=True)
y = x * 2
y.register_hook(lambda g: g / 0)
y.sum().backward()
""",
        (
            "Inf first made by div s.py:4 in a hook at MulBackward0 (backward of mul s.py:3): 2 of 2 elements, "
            "from finite inputs"
        ),
    ),
    "a hook of a leaf": (
        """
x = torch.ones(2, requires_grad=True)
x.register_hook(lambda g: (g + 1) / 0)
(x * 2).sum().backward()
""",
        "Inf first made by div s.py:3 in a hook at AccumulateGrad: 2 of 2 elements, from finite inputs",
    ),
    "a Function": (
        """
class Bad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x * 2
    @staticmethod
    def backward(ctx, g): return g / 0
y = Bad.apply(torch.ones(2, requires_grad=True) * 1)
y.sum().backward()
""",
        "Inf first made by BadBackward (backward of Bad) s.py:7: 2 of 2 elements, from finite inputs",
    ),
    "what came of NumPy": (
        """
import numpy as np
t = torch.from_numpy(np.array([np.nan, 1.0], dtype=np.float32))
(torch.ones(2, requires_grad=True) * t).sum().backward()
""",
        (
            "NaN was in an input float32 (2,) before it was used at s.py:3: 1 of 2 elements, "
            "no operation that was recorded made it"
        ),
    ),
    "rows": (
        "(torch.ones(2, requires_grad=True) * torch.tensor([1.0, float('nan')])).sum().backward()",
        "NaN came in by tensor s.py:1: 1 of 2 elements, no operation made it",
    ),
    "a dtype": (
        "(torch.tensor([1e30, 1.0], requires_grad=True).to(torch.float16) * 1).sum().backward()",
        "Inf first made by to s.py:1: 1 of 2 elements, from finite inputs",
    ),
    "a checkpoint that runs again": (
        """
from torch.utils.checkpoint import checkpoint
x = torch.tensor([-1.0, 1.0], requires_grad=True)
y = checkpoint(lambda t: torch.where(t > 0, t.sqrt(), 0), x * 1, use_reentrant=False)
y.sum().backward()
""",
        (
            "NaN first made by SqrtBackward0 (backward of sqrt) s.py:4: 1 of 2 elements, "
            "from the NaN that sqrt s.py:4 made when forward ran again"
        ),
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts(name: str, tmp_path: Path) -> None:
    code, said = SCRIPTS[name]
    path = tmp_path / "s.py"
    path.write_text(f"import torch{code}" if code.startswith("\n") else f"import torch; {code}")
    told = run_recorded(path, task="nan").findings[0]
    assert (told.trouble, str(told)) == ("not finite", said)


STEPS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "log": torch.log,
    "exp": torch.exp,
    "neg": torch.neg,
    "sqrt": torch.sqrt,
    "square": torch.square,
    "reciprocal": torch.reciprocal,
    "tanh": torch.tanh,
    "abs": torch.abs,
    "relu": torch.relu,
}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=6),
    st.lists(st.sampled_from([-2.0, 0.0, 0.5, 90.0]), min_size=1, max_size=4),
)
def test_random_programs_against_one_that_keeps_every_tensor(names: list[str], numbers: list[float]) -> None:
    kept: list[Any] = [torch.tensor(numbers, requires_grad=True)]
    with tensorlab.recording() as rec:
        for name in names:
            kept.append(STEPS[name](kept[-1]))
        loss = kept[-1].sum()
    nans = [bool(one.isnan().any()) for one in kept]
    finite = [bool(one.isfinite().all()) for one in kept]
    finding = rec.find_nan(loss)
    if bool(loss.isnan()):
        made = nans.index(True) if True in nans else len(names) + 1
        expected = [*names, "sum"][made - 1]
        assert finding.first.op == expected
    elif not bool(loss.isfinite()):
        reached = [n for n, one in enumerate(finite) if not one]
        expected = [*names, "sum"][(reached[0] if reached else len(names) + 1) - 1]
        assert finding.first.op in {expected, *[names[n - 1] for n in reached]}
    else:
        gradient = torch.autograd.grad(loss, kept[0])[0]
        assert (finding.first is not None) or bool(gradient.isfinite().all())
