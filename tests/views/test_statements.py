from __future__ import annotations

import array
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tensorlab.errors import ExpressionError
from tensorlab.views.statements import libraries_of, parse_program, run_program

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOTS: dict[str, object] = {"np": np, "numpy": np, "torch": torch, "array": array}


def value(text: str) -> Any:
    program = parse_program(text)
    assert libraries_of(program) <= ROOTS.keys()
    return run_program(program, ROOTS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = np.arange(6); x[x > 2] = 0; x", [0, 1, 2, 0, 0, 0]),
        ("x = torch.arange(6); x += 1; x", [1, 2, 3, 4, 5, 6]),
        ("x = np.arange(3)\nx[[0, 2]] += 5\nx", [5, 1, 7]),
        ("x = torch.arange(3); y = x[1:]; y.mul_(10); x", [0, 10, 20]),
        ("x = torch.zeros(3); x[1:] = torch.ones(2); x", [0, 1, 1]),
        ("x = np.arange(4); m = (x > 0) & ~(x == 2); x[m]", [1, 3]),
        ("x = np.arange(3); x = x + 1; x", [1, 2, 3]),
        ("x = torch.arange(3); x *= x; x", [0, 1, 4]),
        ("x = torch.zeros(2); x.copy_(torch.ones(2)); x.fill_(3)", [3, 3]),
    ],
)
def test_statements_are_carried_out(text: str, expected: list[int]) -> None:
    assert value(text).tolist() == expected


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "from os import path",
        "def f(): pass",
        "for i in [1]: i",
        "while 1: 1",
        "if 1: 1",
        "del x",
        "x: int = 1",
        "x = y = 1",
        "x, y = 1, 2",
        "[x] = [1]",
        "x.real = 3",
        "np.zeros(2).shape = (1, 2)",
        "torch = 1",
        "list = 1",
        "_x = 1",
        "__builtins__ = 1",
        "x += 1",
        "x = 1; y",
        "x = 1; x @= 1",
        "x = 1; x <<= 1",
        "x = np.zeros(2); x.fill_",
        "x = np.zeros(2); x.resize_(3)",
        "x = torch.zeros(2); x.set_(x)",
        "x = torch.zeros(2); x.copy_(x, out=x)",
        "global x",
        "pass",
        "",
        "1;" * 101,
        "x = (",
        "x = [y for y in [1]]",
        "x = lambda: 1",
    ],
)
def test_what_is_no_part_of_the_language_is_refused_before_anything_runs(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"(?s)not part|no expression|assign|name of the language|no value|expl"):
        parse_program(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [1, 2]; x[0] = x", "only arrays and tensors are written; got list"),
        ("x = np.array([1, None]); x[0] = x", "only arrays and tensors are written; got an array of object"),
        ("x = bytearray(2); x[0] = 1", "only arrays and tensors are written; got bytearray"),
        ("x = torch.frombuffer(b'a', dtype=torch.uint8); x[0] = 98", "frombuffer of bytes makes a tensor of what"),
        ("x = torch.frombuffer(b'a', dtype=torch.uint8); x += 1", "frombuffer of bytes makes a tensor of what"),
        ("x = torch.frombuffer(buffer=b'a', dtype=torch.uint8); x.fill_(1)", "frombuffer of bytes makes a tensor of"),
        ("x = torch.from_numpy(np.broadcast_to(np.zeros(1), (2,))); x[0] = 1", "from_numpy of ndarray makes a tensor"),
        ("x = torch.asarray(memoryview(b'ab')); x[0] = 1", "asarray of memoryview makes a tensor"),
        ("x = np.frombuffer(b'abcd', np.int32); x[0] = 1", "read-only"),
        ("x = torch.zeros(1).expand(10**10); x[0] = 1", "writing 10,000,000,000 elements is too large"),
        ("x = torch.zeros(3); x[5] = 1", "in x[5] = 1: IndexError"),
        ("x = torch.zeros(3); x += torch.zeros(4)", "in x += torch.zeros(4): RuntimeError"),
        ("x = torch.zeros(3, 1); x += torch.zeros(1).expand(10**10)", "is too large"),
        ("x = [0]" + "; x = [x, x]" * 90 + "; x == x", "is no operation here"),
        ("x = [0]" + "; x = [x, x]" * 90 + "; np.array(x)", "is too large"),
        ("x = 'a'; x *= 10**9", "a sequence of 1,000,000,000 items is too large"),
        ("x = 9" + "; x = x * x" * 20, "bits is too large"),
        ("x = 2; x **= 10**9", "bits is too large"),
    ],
)
def test_what_would_harm_is_refused(text: str, said: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        value(text)
    assert said in raised.value.message


def test_bytes_are_shared_where_nothing_is_written() -> None:
    assert value("torch.frombuffer(b'ab', dtype=torch.uint8)").tolist() == [97, 98]


class Seen:
    """Makes the calls, and keeps their names and texts."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def made(self, name: str, text: str, function: Any, args: tuple[object, ...], **keywords: object) -> object:
        self.calls.append(f"{name}: {text}")
        return function(*args, **keywords)

    def foresees(self, name: str, args: tuple[object, ...], keywords: Mapping[str, object]) -> bool:
        return not (name, args, keywords)

    def rename(self, thing: object, name: str) -> None:
        self.calls.append(f"{name} is a {type(thing).__name__}")


def test_each_call_is_made_by_who_watches() -> None:
    seen = Seen()
    text = "x = (torch.arange(6) + 1).view(2, 3); x[x > 2] = 0; x += 1; x[0].T; -x"
    run_program(parse_program(text), ROOTS, seen)
    assert seen.calls == [
        "arange: torch.arange(6)",
        "add: torch.arange(6) + 1",
        "view: .view(2, 3)",
        "x is a Tensor",
        "gt: x > 2",
        "setitem: x[x > 2] = 0",
        "iadd: x += 1",
        "x is a Tensor",
        "getitem: x[0]",
        "T: .T",
        "neg: -x",
    ]
