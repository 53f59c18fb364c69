from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
import torch

from tensorlab.bench.slowness.agreeing import agrees

ONES = torch.ones(3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ONES, ONES + 1e-7),
        (torch.ones(2, 3).t(), torch.ones(3, 2)),
        (torch.tensor([nan, inf]), torch.tensor([nan, inf])),
        (torch.ones(2, dtype=torch.complex64), torch.full((2,), 1 + 1e-7j, dtype=torch.complex64)),
        (torch.ones(2, device="meta"), torch.ones(2, device="meta")),
        (torch.eye(2).to_sparse(), torch.eye(2).to_sparse()),
        (torch.tensor([True]), torch.tensor([True])),
        (np.ones(3), np.ones(3) + 1e-15),
        (np.array(["a", "b"]), np.array(["a", "b"])),
        (0.1 + 0.2, 0.3),
        (nan, nan),
        (inf, inf),
        (1 + 2j, 1 + 2j),
        ({"a": [ONES, 1]}, {"a": [ONES.clone(), 1]}),
        ((), ()),
        (None, None),
    ],
)
def test_the_same_up_to_rounding(one: object, other: object) -> None:
    assert agrees(one, other)
    assert agrees(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ONES, ONES * 1.001),
        (ONES, torch.ones(3, 1)),
        (ONES, ONES.double()),
        (ONES, ONES.to("meta")),
        (ONES, np.ones(3, np.float32)),
        (torch.tensor([nan]), torch.tensor([0.0])),
        (torch.tensor([True, False]), torch.tensor([True, True])),
        (torch.tensor([1, 2]), torch.tensor([1, 3])),
        (torch.ones(2, dtype=torch.complex64), torch.full((2,), 1 + 1j, dtype=torch.complex64)),
        (np.array([True]), np.array([False])),
        (np.array(["a"]), np.array(["b"])),
        (np.ones(2), np.ones(2, np.float32)),
        (inf, 1.0),
        (nan, 1.0),
        (1, 1.0),
        ("a", "b"),
        ([ONES], (ONES,)),
        ([ONES], [ONES, ONES]),
        ({"a": 1}, {"b": 1}),
    ],
)
def test_something_else(one: object, other: object) -> None:
    assert not agrees(one, other)
    assert not agrees(other, one)
