from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.dispatch.writing import call_text, index_text, method_text, word_of, words_of


def nameless(_thing: object) -> None:
    return None


class Odd:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (3, "3"),
        ((1,), "(1,)"),
        ([slice(None), ...], "[:, ...]"),
        (slice(1, None, 2), "1::2"),
        (torch.float64, "torch.float64"),
        (len, "len"),
        (Odd(), "Odd"),
        (torch.zeros(2, 3), "Tensor(2, 3)"),
        (np.int64(3), "3"),
        ("x" * 99, "'" + "x" * 59 + " ..."),
    ],
)
def test_a_value_is_written_as_python_writes_it(value: object, word: str) -> None:
    assert word_of(value, nameless) == word


def test_an_array_goes_by_its_name() -> None:
    x = torch.zeros(2)
    assert words_of((x, 1), {"out": x}, lambda thing: "x" if thing is x else None) == ("x", "1", "out=x")


def test_calls_methods_and_operators() -> None:
    assert call_text("np", "sum", ("x", "axis=0")) == "np.sum(x, axis=0)"
    assert call_text("", "f", ()) == "f()"
    assert method_text("x", "matmul", ("y",)) == "x @ y"
    assert method_text("x", "add", ("y", "alpha=2")) == "x.add(y, alpha=2)"
    assert method_text("x", "getitem", (index_text((0, [1]), nameless),)) == "x[0, [1]]"
    assert index_text(0, nameless) == "0"
