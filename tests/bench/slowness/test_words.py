from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.bench.slowness.words import described, name_of, plain_name


@pytest.mark.parametrize(
    ("operator", "name"),
    [
        ("aten.add.Tensor", "add"),
        ("aten._to_copy.default", "to"),
        ("aten.clone.default", "contiguous"),
        ("mine", "mine"),
    ],
)
def test_the_name_that_a_user_knows(operator: str, name: str) -> None:
    assert plain_name(operator) == name


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (torch.ones(2, 0, dtype=torch.int64), "int64 (2, 0)"),
        (np.ones(3, np.float32), "float32 (3,)"),
        (None, "None"),
        (True, "True"),
        ("x" * 100, f"'{'x' * 39}…"),
        ((1, 2), "tuple of 2"),
        (dict.fromkeys(range(1000)), "dict of 1,000"),
        (torch.nn.ReLU(), "ReLU"),
    ],
)
def test_what_a_call_was_given(thing: object, words: str) -> None:
    assert described(thing) == words


def test_what_a_function_is_called() -> None:
    assert [name_of(one) for one in (torch.add, np.add, lambda: None)] == ["add", "add", "the function"]
    assert name_of(torch.nn.ReLU()) == "ReLU"
