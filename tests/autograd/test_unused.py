"""Which parameters of a module get no gradient, and why each."""

from __future__ import annotations

import torch
from torch import nn

import tensorlab
from tensorlab.autograd.findings.record import GradVerdict, ModuleVerdict
from tensorlab.autograd.unused import answer, from_graph_of_each, is_module, of_each
from tensorlab.dispatch.tracer import Tracer


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.used, self.idle, self.ignored = nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)
        self.cut, self.frozen = nn.Linear(2, 2), nn.Linear(2, 2).requires_grad_(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.ignored(x)
        found: torch.Tensor = self.frozen(self.used(self.cut(x).detach()))
        return found


def test_each_parameter_has_a_verdict_of_its_own() -> None:
    net = Net()
    with tensorlab.recording() as rec:
        loss = net(torch.ones(1, 2)).sum()
        loss.backward()
    report = rec.why_no_grad(net, loss)
    assert isinstance(report, ModuleVerdict)
    said = {verdict.name: str(verdict) for verdict in report.verdicts}
    assert said["used.weight"].startswith("used.weight: has grad: ")
    assert said["idle.weight"] == "idle.weight: unreachable: its module was never called"
    assert said["ignored.weight"].startswith("ignored.weight: unreachable: linear test_unused.py:")
    assert said["cut.weight"].startswith("cut.weight: cut by detach: detach test_unused.py:")
    assert said["frozen.weight"].startswith("frozen.weight: no requires_grad: ")
    assert report.summary == "8 of 10 parameters of Net get no gradient"


def test_what_the_graph_alone_proves() -> None:
    net = nn.Linear(2, 1)
    report = tensorlab.why_no_grad(net, net(torch.ones(1, 2)).sum())
    assert str(report).startswith("2 of 2 parameters of Linear get no gradient\nweight: unknown: record it: ")
    assert from_graph_of_each(nn.ReLU(), None).summary == "ReLU has no parameter"


def test_the_parts() -> None:
    assert not is_module(nn.ReLU)
    fine = GradVerdict(verdict="has grad")
    assert of_each(nn.Linear(1, 1), lambda _: fine).summary == "each of 2 parameters of Linear has a gradient"
    assert answer(Tracer(), torch.ones(2), None).verdict == "no requires_grad"  # type: ignore[union-attr]  # of a tensor
