from __future__ import annotations

import torch

from tensorlab.testing.gradient_checks.kinks import kinks
from tensorlab.testing.gradient_checks.record import GradientEntry


def entry(*, layout: str = "", part: str = "") -> GradientEntry:
    place = (0, (1,), part)
    return GradientEntry(source=place, result=place, analytic=0.0, numeric=1.0, wrong=True, layout=layout)  # type: ignore[arg-type]  # a part of a complex number


def test_smooth_functions_have_none() -> None:
    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    assert kinks(torch.exp, [x], [entry()], 1e-6) == ()


def test_a_complex_kink_and_the_right_element() -> None:
    z = torch.tensor([1 + 1j, 2 + 0j], dtype=torch.complex128, requires_grad=True)
    found = kinks(lambda z: torch.complex(z.real, z.imag.abs()), [z], [entry(part="imag")], 1e-6)
    assert found == ("the function has a kink at imag(input 0[1]): its slope is -1 on one side, 1 on the other",)


def test_wrong_numbers_of_other_layouts_are_not_looked_at() -> None:
    x = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    assert kinks(torch.abs, [x], [entry(layout="where input 0 is permuted")], 1e-6) == ()
    assert len(kinks(torch.abs, [x], [entry()], 1e-6)) == 1
