from __future__ import annotations

import inspect
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.errors import ExpressionError
from tensorlab.views.expression import evaluate, parse
from tensorlab.views.sizes import SIZED
from tensorlab.views.vocabulary import FUNCTIONS, LIBRARIES

ROOTS = {"torch": torch, "np": np}


def _value(text: str) -> Any:
    return evaluate(parse(text), ROOTS)


TOO_LARGE = [
    "9 ** 9 ** 9",
    "2 ** 5000",
    "(10 ** 1000) * (10 ** 1000)",
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
    "torch.ones(10, 10)[torch.arange(10 ** 5).unsqueeze(1), torch.arange(10 ** 5)]",
    "np.array(5)[[[0] * 60000] * 60000]",
    "np.zeros(0)[[[0] * 60000] * 60000]",
    "np.arange(np.int64(10 ** 12))",
    "torch.arange(torch.tensor(10 ** 12))",
    "np.zeros(np.array([10 ** 6, 10 ** 6]))",
    "np.zeros(range(10 ** 6, 10 ** 6 + 2))",
    "np.zeros(b'abcdefgh')",
    "np.zeros(memoryview(b'abcdefgh'))",
    "np.zeros_like([1], 'f8', 'C', True, (10 ** 12,))",
    "np.linspace([0] * 10 ** 6, 1, 10 ** 4)",
    "np.ones(2).repeat([0, 10 ** 12])",
    "np.ones(2).repeat(repeats=10 ** 12)",
    "torch.ones(2).repeat(repeats=(10 ** 6, 10 ** 6))",
    "np.full(10 ** 8, 'a' * 1000)",
    "np.array(['a' * 10 ** 6] + ['b'] * 10 ** 6)",
    "np.broadcast_to(np.array('a' * 1000), (10 ** 8,)).copy()",
    "np.zeros(2, [('a' * 2000, 'f4', (10 ** 5, 10 ** 5))])",
    "np.array([[[[]] * 1000] * 1000] * 1000)",
    "torch.tensor([[[[]] * 1000] * 1000] * 1000)",
    "torch.zeros([[[[]] * 1000] * 1000] * 1000)",
    "bytearray(source=10 ** 12)",
    "np.concatenate(torch.arange(10 ** 7))",
    "np.stack(arrays=torch.zeros(10 ** 6, 10 ** 6, device='meta'))",
    "torch.randn(None, torch.ones(10 ** 6), 7)",
    "torch.zeros(2)[None, [[0] * 6000] * 6000]",
    "np.lib.stride_tricks.sliding_window_view((1,), torch.ones(1).expand(10 ** 12).view(10 ** 6, 10 ** 6))",
    "np.broadcast_to(1, shape=torch.ones(1).expand(10 ** 12))",
    "torch.ones(1).view([1] * 10 ** 6)",
    "int('f' * 9000, 16)",
    "0x" + "f" * 9000,
    "range(0, 10, 10 ** 1000)[::10 ** 1000]",
    "-0x" + "f" * 9000 + " + {}",
    "torch.zeros(10 ** 1000, 10 ** 1000, 10 ** 1000, 10 ** 1000)",
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
    "[[[[]] * 1000] * 1000] * 1000",
    "[[0] * 60000] * 60000",
    "np.full((2, 10 ** 6), np.zeros(10 ** 6))",
    "np.concatenate([np.zeros(10 ** 6), np.zeros(10 ** 6)])",
    "torch.ones(1).expand_as(torch.ones(1).expand(10 ** 12))",
    "torch.permute(input=torch.ones(1).expand(10 ** 12), dims=(0,))",
    "tuple(list([[0] * 60000] * 60000)[1:])[0]",
    "torch.ones(10 ** 5, 2)[torch.arange(10 ** 5), torch.zeros(10 ** 5, dtype=torch.int64)]",
    "np.zeros(2, 'f8,' * 20 + 'S9')",
    "np.zeros((2, 3), dtype=('f4', (4, 5)))",
    "np.ones(2).repeat([2, 3])",
    "np.full((), 'a' * 2000)",
]


@pytest.mark.parametrize("text", ALLOWED)
def test_what_costs_little_is_allowed(text: str) -> None:
    assert _value(text) is not None


LARGE = "10 ** 12"
PAIR = "(10 ** 6, 10 ** 6)"
SIZE_BY_NAME = {
    "torch": {
        "arange": ["end=N", "start=0, end=N", "start=0, end=N, step=1", "start=-N, end=0"],
        "empty": ["size=P"],
        "empty_strided": ["size=P, stride=P", "size=(2, 2), stride=(N, N)", "(2, 2), stride=(N, N)"],
        "eye": ["n=N", "n=1, m=N"],
        "full": ["size=P, fill_value=1"],
        "linspace": ["start=0, end=1, steps=N"],
        "logspace": ["start=0, end=1, steps=N"],
        "ones": ["size=P"],
        "rand": ["size=P"],
        "randint": ["high=2, size=P", "low=0, high=2, size=P"],
        "randn": ["size=P"],
        "randperm": ["n=N"],
        "zeros": ["size=P"],
    },
    "np": {
        "arange": ["N, step=1", "stop=N", "start=0, stop=N", "0, stop=N, step=1", "0, N, step=1"],
        "empty": ["shape=P"],
        "empty_like": ["[1], shape=P", "prototype=[1], shape=P"],
        "eye": ["N=N", "N=1, M=N", "1, M=N"],
        "full": ["shape=P, fill_value=1"],
        "full_like": ["[1], 1, shape=P", "a=[1], fill_value=1, shape=P"],
        "identity": ["n=N"],
        "linspace": ["0, 1, num=N", "start=0, stop=1, num=N"],
        "logspace": ["0, 1, num=N", "start=0, stop=1, num=N"],
        "ones": ["shape=P"],
        "ones_like": ["[1], shape=P", "a=[1], shape=P"],
        "zeros": ["shape=P"],
        "zeros_like": ["[1], shape=P", "a=[1], shape=P"],
    },
}
"""Every function that makes an array of a size, with each argument that gives it, by name; N is large, P a pair."""


@pytest.mark.parametrize(
    ("library", "name", "given"),
    [(root, name, one) for root, table in SIZE_BY_NAME.items() for name, forms in table.items() for one in forms],
)
def test_a_size_that_is_given_by_name_is_refused_before_anything_runs(library: str, name: str, given: str) -> None:
    text = f"{library}.{name}({re.sub(r'(?<![a-zA-Z])N(?!=)', LARGE, given).replace('P', PAIR)})"
    fake = SimpleNamespace(**{name: lambda *_args, **_kwargs: pytest.fail("it ran")})
    with pytest.raises(ExpressionError, match="is too large"):
        evaluate(parse(text), {library: fake})


@pytest.mark.parametrize(("library", "module"), [("torch", torch), ("np", np)])
def test_every_function_with_an_argument_for_a_size_is_in_the_table(library: str, module: Any) -> None:
    sizes = {"N", "num", "shape", "size", "steps"}
    named = FUNCTIONS[LIBRARIES[library]] & set(dir(module)) - {"broadcast_to", "reshape"}
    if library == "np":
        documented = {name for name in named if sizes & _parameters(getattr(module, name))}
        assert documented <= SIZE_BY_NAME[library].keys()
    assert SIZE_BY_NAME[library].keys() <= named
    assert {*SIZE_BY_NAME["torch"], *SIZE_BY_NAME["np"]} == SIZED


def _parameters(function: Any) -> set[str]:
    try:
        return set(inspect.signature(function).parameters)
    except ValueError:
        return set()


@pytest.mark.parametrize("text", ["np.arange('2000', '9000', dtype='M8[us]')", "np.arange(np.array('2000', 'M8[s]'))"])
def test_a_range_counts_between_numbers_only(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"arange\(\) counts between numbers; got (str|ndarray|datetime64)"):
        _value(text)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("np.array([9], dtype='O') ** 9", "ndarray ** int"),
        ("np.array(['ab'], dtype='T') * 10 ** 12", "ndarray * int"),
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
