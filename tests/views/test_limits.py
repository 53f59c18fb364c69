from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.errors import ExpressionError
from tensorlab.views.expression import evaluate, parse

ROOTS = {"torch": torch, "np": np}


def _value(text: str) -> Any:
    return evaluate(parse(text), ROOTS)


TOO_LARGE = [
    "9 ** 9 ** 9",
    "2 ** 5000",
    "(2 ** 4000) * (2 ** 4000)",
    "[0] * 10 ** 12",
    "10 ** 12 * (0,)",
    "'a' * 10 ** 12",
    "b'a' * 10 ** 12",
    "list(range(10 ** 12))",
    "tuple(range(10 ** 30))",
    "bytes(10 ** 12)",
    "bytearray(10 ** 12)",
    "bytes(np.int64(10 ** 12))",
    "bytes(torch.tensor(10 ** 12))",
    "bytes(range(10 ** 12))",
    "list(torch.zeros(1).expand(10 ** 9))",
    "torch.zeros(10 ** 12)",
    "torch.zeros(10 ** 6, 10 ** 6)",
    "torch.zeros((10 ** 6, 10 ** 6))",
    "torch.zeros(size=(10 ** 6, 10 ** 6))",
    "torch.full((10 ** 12,), 1)",
    "torch.full(size=[10 ** 12], fill_value=1)",
    "torch.randint(5, (10 ** 12,))",
    "torch.randint(0, 5, (10 ** 6, 10 ** 6))",
    "torch.randint(5, size=(10 ** 12,))",
    "torch.arange(10 ** 12)",
    "torch.arange(0, 10 ** 12, 2)",
    "torch.arange(end=10 ** 12)",
    "torch.arange(0, 1, 1e-12)",
    "torch.linspace(0, 1, 10 ** 12)",
    "torch.linspace(0, 1, steps=10 ** 12)",
    "np.linspace(0, 1, num=10 ** 12)",
    "torch.eye(10 ** 6)",
    "np.eye(10 ** 6, 10 ** 6)",
    "np.eye(N=10 ** 6)",
    "np.identity(10 ** 6)",
    "torch.randperm(10 ** 12)",
    "torch.empty_strided((2,), (10 ** 12,))",
    "np.zeros((10 ** 6, 10 ** 6))",
    "np.empty(shape=(10 ** 12,))",
    "np.zeros(2, 'S2000000000')",
    "np.zeros(2, dtype='(1000,1000,100000)f4')",
    "np.zeros(2, dtype=[('a', 'f4', (10000, 10000, 1000))])",
    "np.array(['a']).astype('S99999999999')",
    "np.array(range(10 ** 9))",
    "torch.tensor(range(10 ** 9))",
    "torch.tensor([[0] * 10000] * 10000)",
    "torch.ones(1).expand(10 ** 10).clone()",
    "torch.ones(1).expand(10 ** 10).contiguous()",
    "torch.ones(1).expand(10 ** 10).tolist()",
    "torch.ones(1, 1).expand(10 ** 5, 10 ** 5).reshape(10 ** 10)",
    "torch.ones(1).expand(10 ** 10) + 1",
    "-torch.ones(1).expand(10 ** 10)",
    "torch.ones(10 ** 5, 1) + torch.ones(1, 10 ** 5)",
    "torch.ones(10).repeat(10 ** 5, 10 ** 5)",
    "torch.clone(torch.ones(1).expand(10 ** 10))",
    "torch.empty_like(torch.ones(1).expand(10 ** 10))",
    "torch.tensor(np.broadcast_to(1.0, 10 ** 10))",
    "np.stack([np.broadcast_to(1.0, 10 ** 9)])",
    "np.broadcast_to(1.0, (10 ** 10,)).copy()",
    "np.broadcast_to(1.0, (10 ** 10,)).imag",
    "np.broadcast_to(1.0, (10 ** 9, 1))[[0] * 10]",
    "torch.ones(1, 10 ** 7)[[0] * 100]",
    "torch.ones(1, 10 ** 7)[torch.arange(100)]",
]


@pytest.mark.parametrize("text", TOO_LARGE)
def test_what_would_eat_memory_or_time_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="is too large"):
        _value(text)


ALLOWED = [
    "torch.zeros(10 ** 6, 10 ** 6, device='meta').clone()",
    "torch.zeros(10 ** 6, 10 ** 6, device=torch.device('meta')).t().contiguous()",
    "torch.ones(1).expand(10 ** 12).view(10 ** 6, 10 ** 6).t()",
    "np.broadcast_to(np.float64(1), (10 ** 6, 10 ** 6)).T",
    "torch.from_numpy(np.zeros(1)).expand(10 ** 12).numpy()",
    "range(10 ** 18)",
    "torch.randint(0, 10, (1000, 1000))",
    "np.full((2, 3), '12345678901')",
    "np.array(['2024010112345'])",
    "torch.arange(10 ** 12, 10 ** 12 + 3)",
    "torch.arange(10, 0, -1)",
    "torch.ones(1000, 1000)[[1, 2, 3]]",
    "[0] * -5",
    "torch.zeros(0, 10 ** 12)",
]


@pytest.mark.parametrize("text", ALLOWED)
@pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")
def test_what_costs_little_is_allowed(text: str) -> None:
    assert _value(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "np.lib.stride_tricks.as_strided(np.arange(6), (7,), (8,))",
        "np.lib.stride_tricks.as_strided(np.arange(6), (2,), (-8,))",
        "np.lib.stride_tricks.as_strided(np.arange(6)[3:], (4,), (8,))",
        "np.lib.stride_tricks.as_strided(x=np.arange(6), shape=(2,), strides=(10 ** 9,))",
    ],
)
def test_strides_that_leave_the_memory_of_the_array_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"as_strided reaches bytes -?[0-9]+ to [0-9]+ of the 48 that its array"):
        _value(text)


def test_strides_may_reach_all_that_the_owner_has() -> None:
    backwards = _value("np.lib.stride_tricks.as_strided(np.arange(6)[3:], (4,), (-8,))")
    assert backwards.tolist() == [3, 2, 1, 0]
    assert _value("np.lib.stride_tricks.as_strided(np.arange(6), (0, 9), (800, 8))").size == 0
    with pytest.raises(ExpressionError, match="as_strided needs an array, got list"):
        _value("np.lib.stride_tricks.as_strided([1, 2], (1,), (8,))")


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("np.array([9], dtype='O') ** 9", "ndarray ** int"),
        ("None + 1", "NoneType + int"),
        ("[1] - [1]", "list - list"),
        ("[1] * 1.5", "list * float"),
        ("np.arange(3) + [1]", "ndarray + list"),
        ("'%099d' % 1", "str % int"),
    ],
)
def test_operands_that_have_no_such_operation_are_told(text: str, pair: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(f"{pair} is no operation here")):
        _value(text)
