from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.errors import TensorlabError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.source import Seeded
from tensorlab.testing.strategies.calling import apply_calls, draw_calls
from tensorlab.views.calls import Call
from tensorlab.views.chain import follow
from tensorlab.views.record import View


@pytest.mark.parametrize("library", ["torch", "numpy"])
def test_calls_give_the_view_that_the_algebra_predicts(library: str) -> None:
    names = set()
    for seed in range(400):
        base = (
            np.arange(24, dtype="float32").reshape(2, 3, 4) if library == "numpy" else torch.arange(24.0).view(2, 3, 4)
        )
        view = View(Layout((2, 3, 4), (48, 16, 4), itemsize=4), dtype("float32"))
        calls = draw_calls(Seeded(seed), view, 4, library)  # type: ignore[arg-type]  # one of two words
        names |= {call.name for call in calls}
        result = apply_calls(base, calls)
        expected = follow(view, calls, library)[-1].result if calls else view  # type: ignore[arg-type]  # as before
        assert expected is not None
        assert tuple(result.shape) == expected.layout.shape
        steps = result.strides if library == "numpy" else tuple(n * 4 for n in result.stride())
        assert steps == expected.layout.strides
    assert {"getitem", "swapaxes", "reshape", "diagonal"} <= names


@pytest.mark.parametrize("calls", ["x", ["x"], None, [Call("nonsense", (1,))], 3])
def test_what_is_no_call_is_told(calls: Any) -> None:
    with pytest.raises(TensorlabError, match=r"calls are several|has no view operation"):
        apply_calls(torch.zeros(2, 3), calls)


def test_properties_are_no_calls() -> None:
    assert apply_calls(torch.zeros(2, 3), [Call("T")]).shape == (3, 2)
