from __future__ import annotations

import torch

from tensorlab.testing.gradient_checks.comparing import compared, entries
from tensorlab.testing.gradient_checks.jacobians import places
from tensorlab.testing.gradient_checks.record import Tolerance

TOLERANCE = Tolerance(1e-6, 1e-5, 1e-3, 0.0)


def test_wrong_numbers_come_first_and_no_number_is_wrong() -> None:
    analytic = torch.tensor([[1.0, torch.nan], [3.0, 4.1]], dtype=torch.float64)
    numeric = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
    names = places([(0, torch.zeros(2))])
    count, wrong, largest, worst = entries(analytic, numeric, (names, names), TOLERANCE, layout="where")
    assert (count, wrong, largest) == (4, 2, 0.0)
    assert [(entry.wrong, entry.result[1], entry.source[1]) for entry in worst] == [
        (True, (0,), (1,)),
        (True, (1,), (1,)),
        (False, (0,), (0,)),
        (False, (1,), (0,)),
    ]
    assert worst[0].layout == "where"


def test_numbers_close_to_zero_have_no_relative_error() -> None:
    tiny = torch.full((1, 1), 1e-9, dtype=torch.float64)
    names = places([(0, torch.zeros(1))])
    assert entries(tiny, 2 * tiny, (names, names), TOLERANCE)[:3] == (1, 0, 0.0)


def test_outputs_of_changing_size() -> None:
    sizes = iter([1, 2])
    x = torch.ones(3, dtype=torch.float64, requires_grad=True)
    found, _ = compared(lambda x: x[: next(sizes)], [x], [0], TOLERANCE, 1)
    assert found.failures == (
        "the function is not deterministic: with the same inputs it gives outputs of other sizes",
    )
