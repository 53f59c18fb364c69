from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from support.wrong_backwards import Flat, Ignorant, Right

from tensorlab.testing.gradient_checks.over_layouts import Problem, over_layouts
from tensorlab.testing.gradient_checks.record import Tolerance

if TYPE_CHECKING:
    from tensorlab.testing.gradient_checks.record import OverLayouts

TOLERANCE = Tolerance(1e-6, 1e-5, 1e-3, 0.0)


def found(kind: type[torch.autograd.Function], shape: tuple[int, ...]) -> OverLayouts:
    x = torch.rand(shape, dtype=torch.float64, requires_grad=True)
    jacobian = 3 * torch.eye(x.numel(), dtype=torch.float64)
    return over_layouts(Problem(kind.apply, [x], [0], jacobian), TOLERANCE)


def test_a_right_backward_has_no_layout_that_breaks_it() -> None:
    for shape in [(2, 3), (4,), (), (1, 2, 2, 2)]:
        right = found(Right, shape)
        assert right.compared.wrong == 0
        assert right.combinations > 5


def test_expanded_grads_are_weighted_sums() -> None:
    wrong = found(Ignorant, (3,))
    assert wrong.compared.wrong > 0
    assert all("grad_output is expanded" in entry.layout for entry in wrong.compared.worst)
    assert {entry.result for entry in wrong.compared.worst} == {(0, (), "")}


def test_the_plainest_finding_comes_first() -> None:
    first = found(Flat, (2, 2)).compared.worst[0]
    assert " and where " not in first.layout
    assert first.error == 1.0
