from __future__ import annotations

import inspect

import pytest
import torch
from support.probe import run_python

import tensorlab
from tensorlab.errors import UnsupportedError
from tensorlab.testing import check_gradients


def test_the_options_are_those_of_the_tester() -> None:
    ours, theirs = (inspect.signature(one).parameters.values() for one in (tensorlab.check_gradients, check_gradients))
    assert [(one.name, one.default) for one in ours] == [(one.name, one.default) for one in theirs]


def test_options_arrive() -> None:
    x = torch.ones(2, dtype=torch.float64)
    found = tensorlab.check_gradients(torch.sin, x, second=True, layouts=True, atol=1e-4)
    assert (found.second, found.layouts > 0, found.atol) == (True, True, 1e-4)
    with pytest.raises(UnsupportedError, match="eps is a positive number"):
        tensorlab.check_gradients(torch.sin, x, eps=-1)


def test_without_torch() -> None:
    ran = run_python(
        "import sys; sys.modules['torch'] = None\nimport tensorlab\ntry:\n    tensorlab.check_gradients(abs, 1)\n"
        "except tensorlab.TensorlabError as error:\n    print(error)"
    )
    assert ran.stdout.startswith("torch is not installed"), ran.stderr
