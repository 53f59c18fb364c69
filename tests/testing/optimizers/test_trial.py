from __future__ import annotations

from typing import Any

import pytest
import torch

from tensorlab.layout.dtype import dtype
from tensorlab.testing.optimizers.drawing import optimizer_cases
from tensorlab.testing.optimizers.trial import Refusal, Untested, judged, optimized

KIND = dtype("float32")
OPTIM = torch.optim
RIGHT: list[tuple[Any, dict[str, Any]]] = [
    (OPTIM.Adam, {}),
    (OPTIM.Adam, {"foreach": True, "amsgrad": True}),
    (OPTIM.AdamW, {}),
    (OPTIM.SGD, {"momentum": 0.9, "nesterov": True}),
    (OPTIM.SGD, {"foreach": True}),
    (OPTIM.Adagrad, {}),
    (OPTIM.RMSprop, {"centered": True, "momentum": 0.9}),
    (OPTIM.Adadelta, {}),
    (OPTIM.Adamax, {}),
    (OPTIM.NAdam, {}),
    (OPTIM.RAdam, {}),
    (OPTIM.ASGD, {}),
    (OPTIM.Rprop, {}),
]


class Careless(torch.optim.Optimizer):
    """Steps wrongly in a way of its own."""

    def __init__(self, parameters: Any, how: str) -> None:
        super().__init__(parameters, {"how": how})
        self.how = how

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]  # as simple as can be
        del closure
        for parameter in self.param_groups[0]["params"]:
            grad = parameter.grad
            if self.how == "flat":
                size = parameter.numel()
                grad = grad.as_strided((size,), (1,)).view(parameter.shape)
            elif self.how == "stray":
                parameter.as_strided((parameter.numel(),), (1,)).sub_(1)
            elif self.how == "mutating":
                grad.mul_(2)
            parameter.sub_(0.1 * grad)


def verdicts(make: Any, options: dict[str, Any], examples: int = 200) -> set[str]:
    subject = optimized(make, options, 2, KIND)
    found: set[str] = set()
    for case in optimizer_cases(KIND, len(subject.kept), examples=examples, seed=0):
        try:
            found |= {one.verdict for one in judged(subject, case)}
        except (Refusal, Untested):
            found.add("no answer")
    return found


@pytest.mark.parametrize(("make", "options"), RIGHT)
def test_the_plain_ones_are_right(make: Any, options: dict[str, Any]) -> None:
    assert verdicts(make, options) == set()


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("right", set()),
        ("flat", {"SILENT-WRONG"}),
        ("stray", {"SILENT-WRONG", "STRAY-WRITE"}),
        ("mutating", {"MUTATED", "SILENT-WRONG"}),
    ],
)
def test_each_verdict_is_found(how: str, found: set[str]) -> None:
    assert verdicts(Careless, {"how": how}) - {"no answer"} == found


def test_what_an_optimizer_keeps() -> None:
    assert optimized(OPTIM.Adam, {"amsgrad": True}, 1, KIND).roles[2:] == (
        "state 'exp_avg'",
        "state 'exp_avg_sq'",
        "state 'max_exp_avg_sq'",
    )
    assert optimized(OPTIM.SGD, {}, 1, KIND).kept == ()


def test_refusals_are_no_findings() -> None:
    subject = optimized(OPTIM.LBFGS, {}, 1, KIND)
    cases = [case for case in optimizer_cases(KIND, 0, examples=10, seed=0) if "permuted" in case.arguments[1].classes]
    with pytest.raises(Refusal, match="RuntimeError: view size is not compatible"):
        judged(subject, cases[0])


def test_what_contiguous_tensors_cannot_do_either() -> None:
    subject = optimized(OPTIM.Muon, {}, 1, KIND)
    case = next(case for case in optimizer_cases(KIND, 0, examples=1, seed=0, shapes=((3,),)))
    with pytest.raises(Untested, match="Muon only supports 2D parameters"):
        judged(subject, case)


def test_an_optimizer_that_makes_no_step() -> None:
    with pytest.raises(Refusal, match="does not support dense gradients"):
        optimized(OPTIM.SparseAdam, {}, 1, KIND)
